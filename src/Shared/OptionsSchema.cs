using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Configuration;

namespace EventWatcher;

/// <summary>
/// What a configuration section may say about one options type. The binder alone reads "5" as five days, ignores a
/// misspelt key, and stops at the first fault; a section that has passed here holds no such thing.
/// </summary>
/// <param name="optionsName">The name of the options type, as its validator begins its messages.</param>
internal sealed class OptionsSchema(string optionsName)
{
    private readonly Dictionary<string, Action<IConfigurationSection, SectionReading>> _settings = new(StringComparer.OrdinalIgnoreCase);

    public string OptionsName { get; } = optionsName;

    public IReadOnlyCollection<string> Keys => _settings.Keys;

    public OptionsSchema Duration(string key) => Value(key, DurationParser.Allowed, static text => Normalize(text, allowInfinite: false));

    public OptionsSchema DurationOrInfinite(string key) =>
        Value(key, DurationParser.AllowedOrInfinite, static text => Normalize(text, allowInfinite: true));

    public OptionsSchema Integer<T>(string key)
        where T : IBinaryInteger<T> => Value(
            key,
            "a whole number",
            static text => T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
                ? number.ToString(null, CultureInfo.InvariantCulture)
                : null);

    public OptionsSchema Flag(string key) =>
        Value(key, "true or false", static text => bool.TryParse(text, out var flag) ? flag.ToString() : null);

    public OptionsSchema Choice<T>(string key)
        where T : struct, Enum => Value(
            key,
            string.Join(", ", Enum.GetNames<T>()),
            static text => Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)));

    public OptionsSchema Text(string key) => Value(key, "a text", static text => text);

    /// <summary>One value of any other kind.</summary>
    /// <param name="key">The property.</param>
    /// <param name="allowed">What is allowed, for the message.</param>
    /// <param name="normalize">Gives the form that the binder reads, or null for a fault.</param>
    /// <returns>The schema.</returns>
    public OptionsSchema Value(string key, string allowed, Func<string, string?> normalize) => Add(key, (setting, reading) =>
    {
        if (setting.GetChildren().Any())
        {
            reading.RefuseShape(setting, allowed);
        }
        else if (setting.Value is { } text)
        {
            if (normalize(text) is { } normal)
            {
                reading.Accept(setting, normal);
            }
            else
            {
                reading.Refuse(setting, allowed);
            }
        }
    });

    /// <summary>Lists, dictionaries and whatever else the binder may read as it is.</summary>
    public OptionsSchema Any(string key) => Add(key, static (setting, reading) => reading.AcceptAll(setting));

    /// <summary>A property that is an options object of its own.</summary>
    public OptionsSchema Section(string key, OptionsSchema schema) => Add(key, schema.ReadInto);

    /// <summary>A list or dictionary of options objects.</summary>
    public OptionsSchema Each(string key, OptionsSchema schema) => Add(key, (setting, reading) =>
    {
        if (!string.IsNullOrEmpty(setting.Value))
        {
            reading.RefuseShape(setting, "keys below it");
        }

        foreach (var child in setting.GetChildren())
        {
            schema.ReadInto(child, reading);
        }
    });

    /// <summary>Reads and checks a section. A section that isn't there says nothing, and that is no fault.</summary>
    public SectionReading Read(IConfigurationSection section)
    {
        var reading = new SectionReading(section);
        ReadInto(section, reading);
        return reading;
    }

    private static string? Normalize(string text, bool allowInfinite) =>
        DurationParser.TryParse(text, allowInfinite, out var duration) ? duration.ToString("c", CultureInfo.InvariantCulture) : null;

    private OptionsSchema Add(string key, Action<IConfigurationSection, SectionReading> read)
    {
        _settings.Add(key, read);
        return this;
    }

    private void ReadInto(IConfigurationSection section, SectionReading reading)
    {
        // Not shown: what stands in the wrong place may be a secret.
        if (!string.IsNullOrEmpty(section.Value))
        {
            reading.RefuseShape(section, "keys below it: " + string.Join(", ", Keys));
        }

        foreach (var setting in section.GetChildren())
        {
            if (_settings.TryGetValue(setting.Key, out var read))
            {
                read(setting, reading);
            }
            else
            {
                reading.RefuseUnknown(setting, Keys);
            }
        }
    }
}

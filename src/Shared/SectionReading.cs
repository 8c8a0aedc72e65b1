using Microsoft.Extensions.Configuration;

namespace EventWatcher;

/// <summary>What a section says, checked by an <see cref="OptionsSchema"/>: sound values on one side, faults on the other.</summary>
internal sealed class SectionReading(IConfigurationSection section)
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _faults = [];

    /// <summary>Gets everything that is wrong, each with its full key.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public void Accept(IConfigurationSection setting, string? value) => _values[setting.Path] = value;

    /// <summary>Takes over all below a key as it is written.</summary>
    public void AcceptAll(IConfigurationSection setting)
    {
        foreach (var (key, value) in setting.AsEnumerable())
        {
            _values[key] = value;
        }
    }

    public void Refuse(IConfigurationSection setting, string allowed) =>
        _faults.Add($"{setting.Path} is \"{setting.Value}\"; allowed: {allowed}.");

    public void RefuseShape(IConfigurationSection setting, string allowed) =>
        _faults.Add($"{setting.Path} has the wrong shape; allowed: {allowed}.");

    public void RefuseUnknown(IConfigurationSection setting, IEnumerable<string> known)
    {
        var guess = NearestName.Of(setting.Key, known);
        _faults.Add(guess is null
            ? $"{setting.Path} is not a known key; known: {string.Join(", ", known)}."
            : $"{setting.Path} is not a known key; did you mean {guess}?");
    }

    /// <summary>Gets a copy of the section for the binder, with the sound values in the form that it reads.</summary>
    /// <remarks>Under the same path, so that what the binder may still refuse it names in full.</remarks>
    public IConfigurationSection ToSection() => new ConfigurationBuilder()
        .AddInMemoryCollection(_values)
        .Build()
        .GetSection(section.Path);
}

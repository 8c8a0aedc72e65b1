using Microsoft.Extensions.Configuration;

namespace EventWatcher;

/// <summary>That the options of this name are bound to this section: for the validator, which speaks of its keys.</summary>
internal sealed class BoundSection<TOptions>(string name, IConfigurationSection section, OptionsSchema schema)
    where TOptions : class
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Faults => schema.Read(section).Faults;

    /// <summary>Finds the key behind a validator's message.</summary>
    /// <param name="failure">What a validator says: "OptionsName.Property is …".</param>
    /// <returns>The same with the full key, where this section sets the property; else null.</returns>
    public string? NameKey(string failure)
    {
        var start = schema.OptionsName.Length + 1;
        var end = failure.IndexOf(' ', StringComparison.Ordinal);
        if (end <= start || !failure.StartsWith(schema.OptionsName + ".", StringComparison.Ordinal))
        {
            return null;
        }

        var setting = section.GetSection(failure[start..end].Replace('.', ':'));
        return setting.Exists() ? setting.Path + failure[end..] : null;
    }
}

using Microsoft.Extensions.Configuration;

namespace EventWatcher;

/// <summary>The application's section of settings, and which keys of it have been read. Written at start-up, by one thread.</summary>
internal sealed class EventWatcherSettings(IConfigurationSection section)
{
    private readonly HashSet<string> _kinds = new(StringComparer.OrdinalIgnoreCase);

    public string Path => section.Path;

    /// <summary>Gets a section below it, which is known from now on.</summary>
    public IConfigurationSection Read(string kind)
    {
        _kinds.Add(kind);
        return section.GetSection(kind);
    }

    /// <summary>Gets what nobody reads, or what can't be read.</summary>
    public IEnumerable<string> Faults()
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            // Not shown: what stands in the wrong place may be a secret.
            yield return $"{section.Path} has the wrong shape; allowed: keys below it: {Known()}.";
        }

        foreach (var child in section.GetChildren())
        {
            if (!_kinds.Contains(child.Key))
            {
                yield return NearestName.Of(child.Key, _kinds) is { } guess
                    ? $"{child.Path} is not a known key; did you mean {guess}?"
                    : $"{child.Path} is not a known key; known: {Known()}.";
            }
            else if (!string.IsNullOrEmpty(child.Value))
            {
                yield return $"{child.Path} has the wrong shape; allowed: keys below it.";
            }
        }
    }

    private string Known() => _kinds.Count == 0 ? "none, since nothing was added by AddEach or AddSection" : string.Join(", ", _kinds);
}

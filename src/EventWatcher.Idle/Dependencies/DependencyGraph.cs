namespace EventWatcher.Idle;

/// <summary>Finds circles among dependencies.</summary>
internal static class DependencyGraph
{
    /// <summary>Finds every container from which a circle is reached.</summary>
    /// <param name="edges">What each container needs, by name.</param>
    /// <returns>For each such container the path, such as <c>a → b → a</c>.</returns>
    public static Dictionary<string, string> FindCycles(IReadOnlyDictionary<string, IReadOnlyList<IdleDependency>> edges)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        foreach (var name in edges.Keys.Order(StringComparer.Ordinal))
        {
            Visit(name);
        }

        return found;

        string? Visit(string name)
        {
            if (path.IndexOf(name) is var start and >= 0)
            {
                return string.Join(" → ", [.. path[start..], name]);
            }

            if (done.Contains(name))
            {
                return found.GetValueOrDefault(name);
            }

            path.Add(name);
            foreach (var dependency in edges.GetValueOrDefault(name) ?? [])
            {
                if (Visit(dependency.Name) is { } cycle)
                {
                    found.TryAdd(name, cycle);
                }
            }

            path.RemoveAt(path.Count - 1);
            done.Add(name);
            return found.GetValueOrDefault(name);
        }
    }
}

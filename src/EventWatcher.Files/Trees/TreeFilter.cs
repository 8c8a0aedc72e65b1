namespace EventWatcher.Files;

/// <summary>Which names of a tree are reported.</summary>
internal sealed class TreeFilter(DirectoryWatcherOptions options)
{
    private readonly GlobPattern[] _include = [.. options.Include.Select(static pattern => new GlobPattern(pattern))];
    private readonly GlobPattern[] _exclude = [.. options.Exclude.Select(static pattern => new GlobPattern(pattern))];
    private readonly bool _includeHidden = options.IncludeHidden;
    private readonly bool _includeTemporaries = options.IncludeTemporaries;

    /// <summary>
    /// Gets a value indicating whether a pattern names directories: then what is wanted of a directory is another when
    /// it is moved.
    /// </summary>
    public bool DependsOnPath { get; } = options.Include.Concat(options.Exclude).Any(static pattern =>
        (pattern.StartsWith("**/", StringComparison.Ordinal) ? pattern[3..] : pattern).Contains('/', StringComparison.Ordinal));

    /// <summary>Tells whether a name is wanted.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isDirectory">Whether it is a directory: only exclusion keeps out of those.</param>
    /// <param name="directoryPath">Gives the path of its directory below the root; asked for only where patterns need it.</param>
    public bool Wants(string name, bool isDirectory, Func<string> directoryPath)
    {
        if (!_includeHidden && name.StartsWith('.'))
        {
            return false;
        }

        if (!_includeTemporaries && !isDirectory && IsTemporary(name))
        {
            return false;
        }

        if (_include.Length == 0 && _exclude.Length == 0)
        {
            return true;
        }

        var directory = directoryPath();
        var path = directory.Length == 0 ? name : directory + "/" + name;
        return !Array.Exists(_exclude, pattern => pattern.IsMatch(path))
            && (isDirectory || _include.Length == 0 || Array.Exists(_include, pattern => pattern.IsMatch(path)));
    }

    /// <summary>Tells whether an editor has made it for itself.</summary>
    public static bool IsTemporary(string name) =>
        name.EndsWith('~')
        || name is "4913"
        || (name.StartsWith('.') && (name.EndsWith(".swp", StringComparison.Ordinal) || name.EndsWith(".swx", StringComparison.Ordinal)))
        || (name.Length > 1 && name.StartsWith('#') && name.EndsWith('#'))
        || name.StartsWith(".goutputstream-", StringComparison.Ordinal);
}

namespace EventWatcher.Files;

/// <summary>Follows a path part by part, as the kernel does, and notes on what its end depends.</summary>
internal static class PathResolver
{
    // The kernel's own limit.
    private const int MostLinks = 40;

    /// <summary>Follows a path.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="start">From where only what follows is noted; null for the whole path.</param>
    /// <param name="entersTarget">Whether the end is a directory that is watched itself, so that its parent hears too little to matter.</param>
    public static ResolvedPath Resolve(string path, string? start = null, bool entersTarget = false)
    {
        var root = Path.GetPathRoot(path) is { Length: > 0 } found ? found.Replace('\\', '/') : "/";
        // A link that climbs does so from where its directory really is.
        var current = start is null ? root : Resolve(start, start: null, entersTarget: true).Target ?? start;
        var rest = new Stack<string>();
        Push(rest, start is null ? path[root.Length..] : path[start.Length..]);
        var steps = new List<PathStep>();
        var links = 0;
        var stamp = rest.Count == 0 ? FileSystemView.Stat(current, follow: true) : FileStamp.Missing;
        while (rest.TryPop(out var part))
        {
            if (part is ".")
            {
                continue;
            }

            if (part is "..")
            {
                current = Parent(current, root);
                stamp = FileSystemView.Stat(current, follow: true);
                continue;
            }

            var full = Join(current, part);
            stamp = FileSystemView.Stat(full, follow: false);
            var isLast = rest.Count == 0;
            switch (stamp.Kind)
            {
                case EntryKind.Link when ++links > MostLinks:
                    Note(steps, current, part, PathStepKind.Entry);
                    return new ResolvedPath(Target: null, FileStamp.Missing, steps);
                case EntryKind.Link:
                    Note(steps, current, part, PathStepKind.Entry);
                    var target = FileSystemView.ReadLink(full) ?? "";
                    if (target.StartsWith('/') || Path.IsPathRooted(target))
                    {
                        current = root;
                    }

                    Push(rest, target);
                    stamp = FileStamp.Missing;
                    continue;
                case EntryKind.Directory when !isLast || entersTarget:
                    Note(steps, full, name: null, PathStepKind.Directory);
                    break;
                default:
                    Note(steps, current, part, isLast && !entersTarget ? PathStepKind.Target : PathStepKind.Entry);
                    if (isLast && stamp.Kind == EntryKind.File && FileSystemView.IsMountRoot(full))
                    {
                        Note(steps, current, part, PathStepKind.Inode);
                    }

                    if (!isLast)
                    {
                        return new ResolvedPath(Join(full, string.Join('/', rest)), FileStamp.Missing, steps);
                    }

                    break;
            }

            current = full;
        }

        return new ResolvedPath(current, stamp, steps);
    }

    public static string Join(string directory, string name) => directory.EndsWith('/') ? directory + name : directory + "/" + name;

    /// <summary>Tells whether a path is a directory or below it.</summary>
    public static bool IsWithin(string path, string directory) =>
        directory is "/" || (path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/'));

    private static string Parent(string path, string root)
    {
        var end = path.LastIndexOf('/');
        return end < root.Length ? root : path[..end];
    }

    private static void Note(List<PathStep> steps, string directory, string? name, PathStepKind kind)
    {
        var step = new PathStep(directory, name, kind);
        if (!steps.Exists(step.IsSame))
        {
            steps.Add(step);
        }
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            rest.Push(part);
        }
    }
}

using System.Globalization;

namespace EventWatcher.Files.Tests;

/// <summary>What a consumer believes who applies each event to an empty model.</summary>
internal sealed class ReportedState
{
    private readonly SortedDictionary<string, string> _paths = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_paths)
            {
                return [.. _paths.Select(static pair => pair.Key + " " + pair.Value)];
            }
        }
    }

    /// <summary>Gets what did not fit: a file deleted that was never created, and the like.</summary>
    public List<string> Faults { get; } = [];

    public static IReadOnlyList<string> OfDisk(string root)
    {
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var rest = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (rest.TryPop(out var directory))
        {
            foreach (var info in directory.EnumerateFileSystemInfos())
            {
                paths.Add(Path.GetRelativePath(root, info.FullName), ValueOf(info));
                if (info is DirectoryInfo { LinkTarget: null } below)
                {
                    rest.Push(below);
                }
            }
        }

        return [.. paths.Select(static pair => pair.Key + " " + pair.Value)];
    }

    public void Assume(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var end = path.LastIndexOf(' ');
            _paths.Add(path[..end], path[(end + 1)..]);
        }
    }

    public void Apply(Event item)
    {
        lock (_paths)
        {
            var name = item.ActorName;
            var value = item.ActorAttributes.GetValueOrDefault("size") ?? (item.ActorAttributes.ContainsKey("directory") ? "directory" : "link");
            switch (item.Action)
            {
                case EventAction.FileCreated when !_paths.TryAdd(name, value):
                    Faults.Add("created twice: " + name);
                    break;
                case EventAction.FileWritten when !_paths.ContainsKey(name):
                    Faults.Add("written unknown: " + name);
                    break;
                case EventAction.FileWritten:
                    _paths[name] = value;
                    break;
                case EventAction.FileDeleted when !_paths.Remove(name):
                    Faults.Add("deleted unknown: " + name);
                    break;
                case EventAction.FileRenamed:
                    Rename(item.ActorAttributes["oldName"], name, value);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The size of a file, also through a link; what a link leads to where that is no file is not said.</summary>
    private static string ValueOf(FileSystemInfo info)
    {
        if (info.LinkTarget is null)
        {
            return info is FileInfo file ? file.Length.ToString(CultureInfo.InvariantCulture) : "directory";
        }

        return Posix.SizeOfFile(info.FullName) is { } size ? size.ToString(CultureInfo.InvariantCulture) : "link";
    }

    private void Rename(string old, string name, string value)
    {
        if (!_paths.Remove(old))
        {
            Faults.Add($"renamed unknown: {old} to {name}");
        }

        // What it replaces goes with all that was in it.
        foreach (var replaced in _paths.Keys.Where(path => path.StartsWith(name + "/", StringComparison.Ordinal)).ToList())
        {
            Faults.Add($"renamed over {replaced}");
        }

        _paths[name] = value;
        foreach (var (path, content) in _paths.Where(pair => pair.Key.StartsWith(old + "/", StringComparison.Ordinal)).ToList())
        {
            _paths.Remove(path);
            _paths[name + path[old.Length..]] = content;
        }
    }
}

using System.Text;

namespace EventWatcher.Files;

/// <summary>What is mounted where, and what has changed of it: a mount over a watched path sends no other sign.</summary>
internal sealed class MountTable
{
    private const string Table = "/proc/self/mountinfo";

    private HashSet<string> _mounts;

    public unsafe MountTable()
    {
        fixed (byte* path = "/proc/self/mountinfo\0"u8)
        {
            Descriptor = DiskCalls.Open(path, DiskCalls.CloseOnExec, 0);
        }

        _mounts = Read();
    }

    /// <summary>Gets what polls as urgent when the table changes; negative where there is no such table.</summary>
    public int Descriptor { get; }

    /// <summary>Gets the path of every mount in a line, with what is mounted there, or none where they can't be known.</summary>
    public static IEnumerable<Mount> List()
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Table, Encoding.UTF8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No proc file system, no mounts to know of.
            yield break;
        }

        foreach (var line in lines)
        {
            if (Mount.Parse(line) is { } mount)
            {
                yield return mount;
            }
        }
    }

    /// <summary>Reads the table anew.</summary>
    /// <returns>The paths at which something was mounted or unmounted.</returns>
    public IReadOnlyList<string> ReadChanges()
    {
        var mounts = Read();
        var changed = mounts.Except(_mounts, StringComparer.Ordinal).Concat(_mounts.Except(mounts, StringComparer.Ordinal)).Select(static entry => entry[(entry.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        List<string> paths = [.. changed.Distinct(StringComparer.Ordinal)];
        _mounts = mounts;
        return paths;
    }

    public void Close()
    {
        if (Descriptor >= 0)
        {
            _ = DiskCalls.Close(Descriptor);
        }
    }

    private static HashSet<string> Read() => List().Select(static mount => $"{mount.Id} {mount.Path}").ToHashSet(StringComparer.Ordinal);
}

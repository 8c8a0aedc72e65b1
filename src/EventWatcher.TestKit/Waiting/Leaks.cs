namespace EventWatcher.TestKit;

/// <summary>What a process holds on to, as far as a test can see it.</summary>
internal static class Leaks
{
    private const string HandlesFolder = "/proc/self/fd";

    /// <summary>Gets how many files and sockets the process has open; 0 where that can't be seen.</summary>
    public static int OpenHandles => Directory.Exists(HandlesFolder) ? Directory.GetFileSystemEntries(HandlesFolder).Length : 0;

    /// <summary>Counts the objects that survive a collection.</summary>
    public static int CountAlive(IReadOnlyList<WeakReference> references)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return references.Count(static reference => reference.IsAlive);
    }
}

namespace EventWatcher.Files;

/// <summary>
/// More changes came at once than the kernel, or the watcher, could keep. The disk is compared with what was known, and
/// what differs follows as ordinary events, so that the state last reported is that of the disk again; what came and went
/// in between is not listed.
/// </summary>
public sealed class FileSignalsLostException : WatcherException
{
    internal FileSignalsLostException(string watcherName, long allowed)
        : base(
            watcherName,
            $"More changes came at once than could be kept (fs.inotify.max_queued_events is {allowed}). What differs from what was reported follows; what came and went in between is not listed. To keep more: sysctl -w fs.inotify.max_queued_events={Math.Max(32_768, allowed * 2)}, then restart.") =>
        Allowed = allowed;

    /// <summary>Gets how many signs the kernel keeps; 0 where it could not be read.</summary>
    public long Allowed { get; }
}

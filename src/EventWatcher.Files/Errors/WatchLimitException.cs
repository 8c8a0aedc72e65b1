namespace EventWatcher.Files;

/// <summary>A limit of the kernel was met; what it left unwatched is polled.</summary>
public sealed class WatchLimitException : WatcherException
{
    internal WatchLimitException(string watcherName, string limit, long allowed, long needed)
        : base(
            watcherName,
            $"The kernel's limit fs.inotify.{limit} ({allowed}) is met; this watcher needs {needed}. What did not fit is polled. To raise it: sysctl -w fs.inotify.{limit}={Suggest(allowed, needed)}")
    {
        Limit = limit;
        Allowed = allowed;
        Needed = needed;
    }

    /// <summary>Gets the limit: <c>max_user_watches</c> or <c>max_user_instances</c>.</summary>
    public string Limit { get; }

    /// <summary>Gets its value, for all processes of the user together; 0 where it could not be read.</summary>
    public long Allowed { get; }

    /// <summary>Gets how many this watcher needs, as far as it has counted.</summary>
    public long Needed { get; }

    private static long Suggest(long allowed, long needed) => Math.Max(allowed * 2, (allowed + needed) * 5 / 4);
}

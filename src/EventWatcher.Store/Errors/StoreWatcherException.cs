namespace EventWatcher.Store;

/// <summary>A watcher of a store could not be created, started, stopped or moved.</summary>
public sealed class StoreWatcherException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="watcherId">Which watcher.</param>
    /// <param name="reason">What happened and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public StoreWatcherException(string watcherId, string reason, Exception? innerException = null)
        : base($"Watcher \"{watcherId}\": {reason}", innerException) => WatcherId = watcherId;

    /// <summary>Gets which watcher.</summary>
    public string WatcherId { get; }
}

namespace EventWatcher;

/// <summary>What a watcher reports on <see cref="WatchStream.Errors"/>. Derive from it for a watcher of one's own.</summary>
public class WatcherException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="watcherName">Which watcher: its <see cref="WatchStream.Name"/>.</param>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public WatcherException(string watcherName, string message, Exception? innerException = null)
        : base(message, innerException) => WatcherName = watcherName;

    /// <summary>Gets which watcher: the same word as <see cref="Event.Source"/> of its events.</summary>
    public string WatcherName { get; }
}

namespace EventWatcher.Store;

/// <summary>A store was used after it was closed. Terminal: a retry can't help.</summary>
public sealed class EventStoreClosedException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="storeName">Which store, for people: a directory, a schema.</param>
    public EventStoreClosedException(string storeName)
        : base($"The event store \"{storeName}\" is closed.") => StoreName = storeName;

    /// <summary>Gets which store, for people.</summary>
    public string StoreName { get; }
}

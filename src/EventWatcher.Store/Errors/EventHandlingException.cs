namespace EventWatcher.Store;

/// <summary>A watcher's handler failed on an event.</summary>
public sealed class EventHandlingException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="watcherId">Whose handler.</param>
    /// <param name="sequenceNumber">On which event.</param>
    /// <param name="innerException">What it threw.</param>
    public EventHandlingException(string watcherId, long sequenceNumber, Exception innerException)
        : base($"The handler of \"{watcherId}\" failed on event {sequenceNumber}: {innerException?.Message}", innerException)
    {
        WatcherId = watcherId;
        SequenceNumber = sequenceNumber;
    }

    /// <summary>Gets whose handler.</summary>
    public string WatcherId { get; }

    /// <summary>Gets on which event.</summary>
    public long SequenceNumber { get; }
}

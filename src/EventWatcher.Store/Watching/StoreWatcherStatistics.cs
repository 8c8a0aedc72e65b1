namespace EventWatcher.Store;

/// <summary>How a <see cref="StoreWatcher"/> is doing. A snapshot.</summary>
public sealed record StoreWatcherStatistics
{
    /// <summary>Gets whose it is.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the state.</summary>
    public required StoreWatcherState State { get; init; }

    /// <summary>Gets where the watcher goes on: behind what it is done with.</summary>
    public required EventIterator NextIterator { get; init; }

    /// <summary>Gets the last event that was handled or skipped since the watcher was created; 0 where none was.</summary>
    public long LastProcessedSequenceNumber { get; init; }

    /// <summary>Gets the timestamp of that event; null where there is none.</summary>
    public DateTimeOffset? LastProcessedEventTime { get; init; }

    /// <summary>Gets when the store last answered a read; null where it has not yet.</summary>
    public DateTimeOffset? LastListenTime { get; init; }

    /// <summary>Gets the checkpoint that this watcher last read or set; null where there is none.</summary>
    public long? Checkpoint { get; init; }

    /// <summary>
    /// Gets how many events of the log lie behind what the watcher is done with, those that its filter holds back
    /// included. Where the store can't say at once, as of the last read.
    /// </summary>
    public long Lag { get; init; }

    /// <summary>Gets how many events were handled.</summary>
    public long Handled { get; init; }

    /// <summary>Gets how many events were given up by <see cref="RetryStrategy.Skip"/>.</summary>
    public long Skipped { get; init; }

    /// <summary>Gets how many events had been collected before they were read.</summary>
    public long Missed { get; init; }

    /// <summary>Gets how many calls of the handler, or reads, have failed in a row until now.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>Gets the last failure, whether it was overcome or not; null where there was none.</summary>
    public Exception? LastError { get; init; }
}

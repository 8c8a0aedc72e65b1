namespace EventWatcher.Store;

/// <summary>How far a watcher has come, as a store remembers it.</summary>
/// <param name="WatcherId">Whose it is.</param>
/// <param name="SequenceNumber">The last event it is done with; 0 is before the first.</param>
/// <param name="UpdatedAt">When it was set, in UTC.</param>
public sealed record Checkpoint(string WatcherId, long SequenceNumber, DateTimeOffset UpdatedAt);

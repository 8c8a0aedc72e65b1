namespace EventWatcher.Store;

/// <summary>What a scan found.</summary>
/// <param name="Events">The matches, in order.</param>
/// <param name="Next">The number after the last event that was looked at.</param>
internal readonly record struct LogScan(IReadOnlyList<StoredEvent> Events, long Next);

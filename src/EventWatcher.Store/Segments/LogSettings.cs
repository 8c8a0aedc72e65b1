namespace EventWatcher.Store;

/// <summary>What the writer of a log is told.</summary>
/// <param name="Durability">When an append is acknowledged.</param>
/// <param name="SegmentBytes">From which length on a file is ended.</param>
/// <param name="MaxPendingBytes">How many bytes may wait for the disk.</param>
internal sealed record LogSettings(EventStoreDurability Durability, long SegmentBytes, int MaxPendingBytes);

namespace EventWatcher.Store;

/// <summary>Where a scan stopped within a frame that it had checked.</summary>
/// <param name="Number">The number of the event to look at next.</param>
/// <param name="Next">The number after the frame's last.</param>
/// <param name="SegmentFirst">Which file: the number of its first event.</param>
/// <param name="Offset">Where the record of the event is in the file.</param>
/// <param name="End">Where the frame ends.</param>
internal sealed record ScanPlace(long Number, long Next, long SegmentFirst, long Offset, long End);

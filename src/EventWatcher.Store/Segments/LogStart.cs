namespace EventWatcher.Store;

/// <summary>Where a log's writer begins.</summary>
/// <param name="Frames">The end of the last file.</param>
/// <param name="Index">Where that file's frames are.</param>
/// <param name="Next">The number of the next event.</param>
/// <param name="Epoch">The number of this opening.</param>
/// <param name="Timestamp">The time of the last event, in ticks of UTC.</param>
internal sealed record LogStart(FrameWriter Frames, SegmentIndex Index, long Next, uint Epoch, long Timestamp);

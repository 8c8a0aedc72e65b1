namespace EventWatcher.Store;

/// <summary>What opening the log's files came to.</summary>
/// <param name="Segments">The files, oldest first.</param>
/// <param name="Start">Where the writer begins; null where the log is only read.</param>
/// <param name="Latest">The number of the last event.</param>
/// <param name="TailCut">What was cut off the last file; null where nothing was.</param>
internal sealed record OpenedLog(Segment[] Segments, LogStart? Start, long Latest, TailCut? TailCut);

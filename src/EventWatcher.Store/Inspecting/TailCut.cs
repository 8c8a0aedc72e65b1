namespace EventWatcher.Store;

/// <summary>What a crash had left half written at the end of a file, so that it was never acknowledged and was cut off.</summary>
/// <param name="File">Which file.</param>
/// <param name="Offset">Where in it, in bytes.</param>
/// <param name="Bytes">How many bytes.</param>
/// <param name="Reason">What was wrong with them.</param>
/// <remarks>
/// Bit rot in the very last frame of a store that was not closed can't be told from this. One that was closed has a
/// frame behind the last events that says that they were on the disk.
/// </remarks>
public sealed record TailCut(string File, long Offset, long Bytes, string Reason);

namespace EventWatcher.Store;

/// <summary>What the frames of a file came to when it was opened.</summary>
/// <param name="End">Where the next frame goes.</param>
/// <param name="Next">Which number it begins with.</param>
/// <param name="Epoch">The epoch of the last frame; 0 where there is none.</param>
/// <param name="UnprovenFrom">From where on no later frame says that what is read is on the disk.</param>
/// <param name="TailLength">How many bytes after the end are neither frames nor zeros: what a crash left half written.</param>
/// <param name="Fault">What is wrong with them; empty where there are none.</param>
internal sealed record RecoveredFrames(long End, long Next, uint Epoch, long UnprovenFrom, long TailLength, string Fault);

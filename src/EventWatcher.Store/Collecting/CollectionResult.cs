namespace EventWatcher.Store;

/// <summary>What a collection took.</summary>
/// <param name="Collected">The events that are not there any more; an empty range where none went.</param>
/// <param name="BytesFreed">How many bytes of disk were given back.</param>
/// <param name="Passed">The watchers that had not seen all of them: a cap was reached.</param>
public sealed record CollectionResult(SequenceRange Collected, long BytesFreed, IReadOnlyList<PassedCheckpoint> Passed);

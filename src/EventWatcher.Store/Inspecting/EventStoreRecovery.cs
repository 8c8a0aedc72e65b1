namespace EventWatcher.Store;

/// <summary>What was found and mended when a store was opened; nothing after an orderly close.</summary>
/// <param name="TailCuts">What a crash had left half written.</param>
/// <param name="ClampedCheckpoints">Checkpoints, as they were, that lay behind the last event: a power loss took events that had not been flushed.</param>
public sealed record EventStoreRecovery(IReadOnlyList<TailCut> TailCuts, IReadOnlyList<Checkpoint> ClampedCheckpoints);

namespace EventWatcher.Store;

/// <summary>How far a watcher has come, and how far it has to go.</summary>
/// <param name="Checkpoint">Its checkpoint.</param>
/// <param name="Lag">How many events are stored behind it.</param>
public sealed record CheckpointDescription(Checkpoint Checkpoint, long Lag);

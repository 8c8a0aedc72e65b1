namespace EventWatcher.Store;

/// <summary>A watcher whose unseen events were collected, since a cap of the store was reached.</summary>
/// <param name="WatcherId">Which watcher.</param>
/// <param name="Checkpoint">How far it had come; 0 where it had no checkpoint.</param>
/// <param name="Cap">Which cap: <c>MaxBytes</c> or <c>MaxAge</c>.</param>
public sealed record PassedCheckpoint(string WatcherId, long Checkpoint, string Cap);

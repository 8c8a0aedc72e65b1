namespace EventWatcher.Store;

/// <summary>Handles the events of a store, one after another.</summary>
public interface IStoredEventHandler
{
    /// <summary>Handles one event. It is called again with the same one when it fails, and may be after a restart: at least once.</summary>
    /// <param name="storedEvent">The event.</param>
    /// <param name="cancellationToken">Cancelled when the watcher is stopped or moved from outside.</param>
    /// <returns>Completes when the watcher may go on to the next event.</returns>
    ValueTask HandleAsync(StoredEvent storedEvent, CancellationToken cancellationToken);
}

namespace EventWatcher.Store;

/// <summary>The right of one process to run a watcher of a store, until it is disposed or lost.</summary>
/// <remarks>While it is held, a watcher that is not ephemeral and has no checkpoint yet keeps the log from being collected.</remarks>
public interface IWatcherRegistration : IAsyncDisposable
{
    /// <summary>Gets whose it is.</summary>
    string WatcherId { get; }

    /// <summary>Gets a token that is cancelled when another process has taken over; never, where a store has one process only.</summary>
    CancellationToken Lost { get; }
}

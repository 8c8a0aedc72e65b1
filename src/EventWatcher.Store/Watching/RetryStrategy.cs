namespace EventWatcher.Store;

/// <summary>What a <see cref="StoreWatcher"/> does with an event that its handler fails on.</summary>
public enum RetryStrategy
{
    /// <summary>Tries again, with back-off, until it succeeds; what comes after it waits. <see cref="StoreWatcherOptions.MaxAttempts"/> is of no account.</summary>
    Block = 0,

    /// <summary>Tries <see cref="StoreWatcherOptions.MaxAttempts"/> times, gives the event to <see cref="StoreWatcherOptions.OnSkipped"/>, and goes on.</summary>
    Skip,
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>Watches stores.</summary>
public static class ReplayWatcherExtensions
{
    /// <summary>Makes a watcher of what watchers' events a store holds and gets.</summary>
    /// <param name="store">The store.</param>
    /// <param name="id">The watcher's id, the name of its checkpoint: 1 to 255 characters.</param>
    /// <param name="options">What else it may be told; null for the defaults. Copied.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The watcher. It holds nothing while nobody watches.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public static ReplayWatcher AsWatcher(
        this IEventStore store, string id, ReplayWatcherOptions? options = null, ILogger<ReplayWatcher>? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        WatcherIds.ThrowIfInvalid(id);
        options = ReplayWatcherOptionsValidator.Instance.ThrowIfInvalid(options ?? new ReplayWatcherOptions());
        return new ReplayWatcher(store, id, options, logger, timeProvider);
    }
}

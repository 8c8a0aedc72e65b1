using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Store;

/// <summary>Creates the watchers of a store, finds them by id, and stops them all.</summary>
/// <remarks>Safe from any thread. It does not own the store: close that after <see cref="StopAsync"/> or disposal.</remarks>
public sealed class StoreWatcherManager : IAsyncDisposable
{
    private readonly Lock _gate = new();

    // Null while one is being created: its id is taken already.
    private readonly Dictionary<string, StoreWatcher?> _watchers = new(StringComparer.Ordinal);
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private bool _isStopped;

    /// <summary>Initializes a manager without watchers.</summary>
    /// <param name="store">The store.</param>
    /// <param name="logger">Where failures are logged; null for nowhere.</param>
    /// <param name="timeProvider">The clock of back-off, deadlines and automatic checkpoints; null for the system's.</param>
    public StoreWatcherManager(IEventStore store, ILogger<StoreWatcherManager>? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        Store = store;
        _logger = logger ?? NullLogger<StoreWatcherManager>.Instance;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets the store.</summary>
    public IEventStore Store { get; }

    /// <summary>Gets the watchers there are, by id in ordinal order.</summary>
    public IReadOnlyList<StoreWatcher> Watchers
    {
        get
        {
            lock (_gate)
            {
                return [.. _watchers.Values.OfType<StoreWatcher>().OrderBy(static watcher => watcher.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Creates a watcher, and starts it unless <see cref="StoreWatcherOptions.AutoStart"/> is false.</summary>
    /// <param name="id">Its id, the name of its checkpoint: 1 to 255 characters.</param>
    /// <param name="handler">
    /// Handles an event; the token is cancelled when the watcher is stopped or moved from outside. Called for one event after another.
    /// Whatever it throws, a cancellation of its own included, is a failure.
    /// </param>
    /// <param name="options">What else it may be told; null for the defaults. Copied.</param>
    /// <param name="cancellationToken">Gives up; then there is no such watcher.</param>
    /// <returns>The watcher.</returns>
    /// <exception cref="StoreWatcherException">A watcher with this id exists already, or the manager was stopped.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    public async Task<StoreWatcher> CreateAsync(
        string id,
        Func<StoredEvent, CancellationToken, ValueTask> handler,
        StoreWatcherOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(id);
        ArgumentNullException.ThrowIfNull(handler);
        options = StoreWatcherOptionsValidator.Instance.ThrowIfInvalid(options ?? new StoreWatcherOptions()).Copy();
        Reserve(id);
        var lease = new WatcherLease(Store, id, options.Ephemeral, _logger, _timeProvider);
        try
        {
            await lease.BeginAsync(cancellationToken).ConfigureAwait(false);
            var initial = await Beginnings.ResolveAsync(Store, id, options.InitialIterator, _logger, cancellationToken).ConfigureAwait(false);
            var watcher = new StoreWatcher(id, Store, handler, options, initial, lease, _logger, _timeProvider, Remove);
            lock (_gate)
            {
                if (_isStopped)
                {
                    throw Stopped(id);
                }

                _watchers[id] = watcher;
            }

            if (options.AutoStart)
            {
                await watcher.StartAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return watcher;
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _watchers.Remove(id);
            }

            throw;
        }
    }

    /// <summary>Creates a watcher, as the other form does.</summary>
    /// <param name="id">Its id, the name of its checkpoint: 1 to 255 characters.</param>
    /// <param name="handler">Handles the events.</param>
    /// <param name="options">What else it may be told; null for the defaults. Copied.</param>
    /// <param name="cancellationToken">Gives up; then there is no such watcher.</param>
    /// <returns>The watcher.</returns>
    /// <exception cref="StoreWatcherException">A watcher with this id exists already, or the manager was stopped.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    public Task<StoreWatcher> CreateAsync(
        string id,
        IStoredEventHandler handler,
        StoreWatcherOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return CreateAsync(id, handler.HandleAsync, options, cancellationToken);
    }

    /// <summary>Finds a watcher.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The watcher; null where there is none, or it was disposed.</returns>
    public StoreWatcher? Lookup(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        lock (_gate)
        {
            return _watchers.GetValueOrDefault(id);
        }
    }

    /// <summary>Stops all watchers, at the same time, and gives their ids back. No watcher can be created afterwards.</summary>
    /// <param name="deadline">How long to wait; null for each watcher's <see cref="StoreWatcherOptions.StopTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the watchers stop all the same.</param>
    /// <returns>Completes when all have stopped. From inside a watcher's handler that one is only told to.</returns>
    /// <exception cref="StoreWatcherException">A handler did not return within the deadline; its watcher ends when it does.</exception>
    public async Task StopAsync(TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _isStopped = true;
        }

        var watchers = Watchers;
        foreach (var watcher in watchers)
        {
            watcher.Retire();
        }

        try
        {
            await Task.WhenAll(watchers.Select(watcher => watcher.StopAsync(deadline, cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            // Each ends by itself; what is late gives its id back when its handler has returned.
            await Task.WhenAll(watchers.Select(static watcher => watcher.ReleaseWhenEndedAsync())).ConfigureAwait(false);
        }
    }

    /// <summary>Stops all watchers. What is late is logged.</summary>
    /// <returns>Completes when they have stopped, or are late.</returns>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync().ConfigureAwait(false);
        }
        catch (StoreWatcherException)
        {
            // Late, which was logged.
        }
    }

    private static StoreWatcherException Stopped(string id) => new(id, "the manager was stopped; make another one.");

    private void Reserve(string id)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                throw Stopped(id);
            }

            if (!_watchers.TryAdd(id, null))
            {
                throw new StoreWatcherException(id, "a watcher with this id exists already; dispose that one first, or take another id.");
            }
        }
    }

    private void Remove(StoreWatcher watcher)
    {
        lock (_gate)
        {
            if (_watchers.GetValueOrDefault(watcher.Id) == watcher)
            {
                _watchers.Remove(watcher.Id);
            }
        }
    }
}

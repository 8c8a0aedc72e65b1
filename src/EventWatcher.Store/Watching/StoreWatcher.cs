using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>Handles the events of a store one after another, in order, and remembers by its checkpoint how far it has come.</summary>
/// <remarks>
/// <para>Made by <see cref="StoreWatcherManager.CreateAsync(string, Func{StoredEvent, CancellationToken, ValueTask}, StoreWatcherOptions, CancellationToken)"/>.
/// Each event is handled at least once: what lies behind the last checkpoint is handled again after a restart, also
/// after <see cref="StopAsync"/> and <see cref="StartAsync"/>.</para>
/// <para>Whatever the handler throws is a failure of that call, not the end of the watcher; what then happens is
/// <see cref="StoreWatcherOptions.RetryStrategy"/>'s to say.</para>
/// <para>Safe from any thread. From inside its own callbacks <see cref="StopAsync"/>, <see cref="SeekAsync"/> and
/// <see cref="DisposeAsync"/> only request and return; it happens when the callback has returned.</para>
/// </remarks>
public sealed partial class StoreWatcher : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HandlerScope _scope = new();
    private readonly IEventStore _store;
    private readonly Func<StoredEvent, CancellationToken, ValueTask> _handler;
    private readonly StoreWatcherOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly CheckpointKeeper _checkpoint;
    private readonly WatcherLease _lease;
    private readonly Action<StoreWatcher> _onDisposed;
    private StoreWatcherState _state;
    private WatcherRun? _run;
    private bool _isRetired;
    private Task? _release;

    internal StoreWatcher(
        string id,
        IEventStore store,
        Func<StoredEvent, CancellationToken, ValueTask> handler,
        StoreWatcherOptions options,
        EventIterator initial,
        WatcherLease lease,
        ILogger logger,
        TimeProvider timeProvider,
        Action<StoreWatcher> onDisposed)
    {
        Id = id;
        _store = store;
        _handler = handler;
        _options = options;
        _lease = lease;
        _logger = logger;
        _timeProvider = timeProvider;
        _onDisposed = onDisposed;
        _initial = initial;
        _next = initial;
        _checkpoint = new CheckpointKeeper(store, id, options.AutoCheckpoint, OnAutoCheckpointFailedAsync);
    }

    /// <summary>Gets the watcher's id: the name of its checkpoint.</summary>
    public string Id { get; }

    /// <summary>Gets how the watcher is doing.</summary>
    public StoreWatcherState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Starts, or starts again, from the checkpoint; where there is none, from the initial iterator.</summary>
    /// <param name="cancellationToken">Gives up; it does not stop a watcher that has started.</param>
    /// <returns>Completes when the watcher is running. It does not wait for another process that runs the same watcher; the watcher does.</returns>
    /// <exception cref="StoreWatcherException">The watcher is running or stopping, or was disposed.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        WatcherRun run;
        lock (_gate)
        {
            if (_isRetired || _state is StoreWatcherState.Running or StoreWatcherState.Stopping)
            {
                throw new StoreWatcherException(
                    Id, _isRetired ? "it was disposed; create it again." : $"it can't be started while it is {(_state == StoreWatcherState.Running ? "running" : "stopping")}.");
            }

            _state = StoreWatcherState.Running;
            run = _run = new WatcherRun();
        }

        StoreTelemetry.Add(this);
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(run), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops: no further call of the handler begins; the one that runs has its token cancelled and is waited for.</summary>
    /// <param name="deadline">How long to wait, from zero to one day, or <see cref="Timeout.InfiniteTimeSpan"/>; null for <see cref="StoreWatcherOptions.StopTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the watcher stops all the same.</param>
    /// <returns>Completes when the watcher has stopped; from inside the handler at once. Stopping what is not running is harmless.</returns>
    /// <exception cref="StoreWatcherException">The handler did not return within the deadline. The watcher ends when it does.</exception>
    public async Task StopAsync(TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        var limit = deadline ?? _options.StopTimeout;
        if (limit != Timeout.InfiniteTimeSpan && (limit < TimeSpan.Zero || limit > TimeSpan.FromDays(1)))
        {
            throw new ArgumentOutOfRangeException(nameof(deadline), limit, "Allowed: from zero to one day, Timeout.InfiniteTimeSpan, or null.");
        }

        var isInside = _scope.IsInside;
        WatcherRun? run;
        lock (_gate)
        {
            run = _run;
            if (run is null)
            {
                _state = StoreWatcherState.Stopped;
                return;
            }

            _state = StoreWatcherState.Stopping;
            run.RequestStop();
        }

        if (isInside)
        {
            // The handler's own token is left alone: it is to finish what it is at.
            return;
        }

        run.Cancel();
        try
        {
            await run.Ended.WaitAsync(limit, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            Log.WatcherLate(_logger, Id, limit);
            throw new StoreWatcherException(Id, $"it did not stop within {limit}; its handler is still running, and it ends when that returns.", exception);
        }
    }

    /// <summary>Stops the watcher and gives its id back. A handler that does not return in time is logged, and the id is free when it does.</summary>
    /// <returns>Completes when that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        Retire();
        try
        {
            await StopAsync().ConfigureAwait(false);
        }
        catch (StoreWatcherException)
        {
            // Late, which was logged.
        }

        await ReleaseWhenEndedAsync().ConfigureAwait(false);
    }

    /// <summary>Keeps the watcher from being started again.</summary>
    internal void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
        }
    }

    /// <summary>Gives the id of a retired watcher back: now where the watcher has stopped, else when it has, without being waited for.</summary>
    internal Task ReleaseWhenEndedAsync()
    {
        lock (_gate)
        {
            _release ??= Task.Run(ReleaseAsync);
            return _run is null ? _release : Task.CompletedTask;
        }
    }

    private async Task ReleaseAsync()
    {
        WatcherRun? run;
        lock (_gate)
        {
            run = _run;
        }

        if (run is not null)
        {
            await run.Ended.ConfigureAwait(false);
        }

        await _lease.DisposeAsync().ConfigureAwait(false);
        _onDisposed(this);
    }
}

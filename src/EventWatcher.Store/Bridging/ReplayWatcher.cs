using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Store;

/// <summary>Watches a store: what was stored of watchers' events comes out again, in order, each with its <see cref="Event.Position"/>.</summary>
/// <remarks>
/// <para>Made by <see cref="ReplayWatcherExtensions.AsWatcher"/>. Each subscription begins at the checkpoint, and waits
/// where its consumer is slow: nothing is lost by that. The checkpoint moves only by <see cref="CheckpointAsync"/>;
/// <see cref="CreateQueue"/> makes a queue that does it after each batch that was handled: at least once.</para>
/// <para>An event that is not a watcher's, and events that were collected before they were read, are reported, and a
/// <see cref="EventAction.ForceReload"/> stands in their place. A subscription ends when the store is closed.</para>
/// </remarks>
public sealed class ReplayWatcher : Watcher
{
    private readonly IEventStore _store;
    private readonly StoreWatcherOptions _reading;
    private readonly ILogger _logger;
    private readonly SharedRegistration _registration;
    private readonly CheckpointKeeper _checkpoint;

    internal ReplayWatcher(IEventStore store, string id, ReplayWatcherOptions options, ILogger? logger, TimeProvider? timeProvider)
        : base(options.Type, new WatcherOptions { Name = options.Name ?? id, Capacity = options.Capacity }, logger, timeProvider)
    {
        Id = id;
        _store = store;
        _logger = logger ?? NullLogger.Instance;
        _reading = new StoreWatcherOptions
        {
            InitialIterator = options.InitialIterator,
            Filter = options.Filter,
            BatchSize = options.BatchSize,
            InitialBackoff = options.InitialBackoff,
            MaxBackoff = options.MaxBackoff,
            Ephemeral = options.Ephemeral,
        };
        _registration = new SharedRegistration(store, id, options.Ephemeral);
        _checkpoint = new CheckpointKeeper(store, id, new AutoCheckpointOptions(), static _ => ValueTask.CompletedTask);
    }

    /// <summary>Gets the watcher's id: the name of its checkpoint.</summary>
    public string Id { get; }

    /// <summary>Sets the checkpoint: the next subscription begins behind it.</summary>
    /// <param name="position">The <see cref="Event.Position"/> of the last event that is done with.</param>
    /// <param name="cancellationToken">Gives up; honoured only until the store has taken it.</param>
    /// <returns>Completes when it is durable.</returns>
    /// <exception cref="CheckpointException">It is beyond the log's end, would go back, or the watcher is ephemeral.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    public ValueTask CheckpointAsync(long position, CancellationToken cancellationToken = default) => _reading.Ephemeral
        ? ValueTask.FromException(new CheckpointException(Id, position, "the watcher is ephemeral and has none."))
        : _checkpoint.SetAsync(position, allowBackwards: false, cancellationToken);

    /// <summary>Makes a queue of this watcher's events that sets the checkpoint after each batch that was handled.</summary>
    /// <remarks>
    /// Its <see cref="EventQueueOptions.Overflow"/> is <see cref="QueueOverflow.Wait"/> and its
    /// <see cref="EventQueueOptions.FlushFailure"/> <see cref="FlushFailureMode.Retry"/>: a batch is handled again until
    /// it succeeds, and what was not handled comes again after a restart. A checkpoint that could not be set is told to
    /// <paramref name="onError"/>; the next one makes up for it.
    /// </remarks>
    /// <param name="onFlush">Handles a batch: it succeeds when it returns.</param>
    /// <param name="onError">Called with what went wrong; null: it is logged.</param>
    /// <param name="configure">Sets other options; null for the defaults.</param>
    /// <param name="logger">Where the queue logs; null for nowhere.</param>
    /// <returns>The queue, not started yet; the caller disposes it.</returns>
    public EventQueue CreateQueue(
        Func<IReadOnlyList<Event>, CancellationToken, ValueTask> onFlush,
        Func<Exception, CancellationToken, ValueTask>? onError = null,
        Action<EventQueueOptions>? configure = null,
        ILogger<EventQueue>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(onFlush);
        var options = new EventQueueOptions { Name = Id };
        SetDurable(options);
        configure?.Invoke(options);
        var queue = new EventQueue(options, Checkpointing(onFlush, onError), onError, logger, TimeProvider);
        queue.Attach(this);
        return queue;
    }

    internal static void SetDurable(EventQueueOptions options)
    {
        options.Overflow = QueueOverflow.Wait;
        options.FlushFailure = FlushFailureMode.Retry;
    }

    /// <summary>Adds the checkpoint to a handler of batches.</summary>
    internal Func<IReadOnlyList<Event>, CancellationToken, ValueTask> Checkpointing(
        Func<IReadOnlyList<Event>, CancellationToken, ValueTask> onFlush, Func<Exception, CancellationToken, ValueTask>? onError) => async (batch, token) =>
    {
        await onFlush(batch, token).ConfigureAwait(false);
        if (_reading.Ephemeral || batch.Max(static item => item.Position) is not { } position)
        {
            return;
        }

        try
        {
            await CheckpointAsync(position, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Not thrown: the batch was handled, and would be once more.
            Log.ReplayCheckpointFailed(_logger, Id, position, exception);
            if (onError is not null)
            {
                await onError(exception, token).ConfigureAwait(false);
            }
        }
    };

    /// <inheritdoc/>
    protected override async Task WatchAsync(WatchWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            for (var failures = 0; ; failures++)
            {
                try
                {
                    var lost = await _registration.HoldAsync(cancellationToken).ConfigureAwait(false);
                    using var owned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost);
                    failures = 0;
                    await ReplayAsync(output, owned.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    output.SetInterrupted(new StoreWatcherException(Id, "another process has taken over; waiting for it to let go."));
                }
                catch (Exception exception) when (exception is not (EventStoreClosedException or OperationCanceledException))
                {
                    output.SetInterrupted(exception);
                }
                finally
                {
                    await _registration.ReleaseAsync().ConfigureAwait(false);
                }

                await DelayAsync(failures + 1, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (EventStoreClosedException)
        {
            // There is no more to say.
        }
    }

    private async Task ReplayAsync(WatchWriter output, CancellationToken cancellationToken)
    {
        var iterator = await BeginAsync(cancellationToken).ConfigureAwait(false);
        output.SetReady();
        var failures = 0;
        while (true)
        {
            GetEventsResponse response;
            try
            {
                response = await _store.GetEventsAsync(
                    new GetEventsRequest { Iterator = iterator, Limit = _reading.BatchSize, Filter = _reading.Filter }, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not EventStoreClosedException && !cancellationToken.IsCancellationRequested)
            {
                // From the same place, so that nothing is missed or comes twice.
                output.SetInterrupted(exception);
                await DelayAsync(++failures, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (failures > 0)
            {
                failures = 0;
                output.SetReady();
            }

            await EmitAsync(output, response, cancellationToken).ConfigureAwait(false);
            iterator = response.NextIterator;
        }
    }

    private async ValueTask EmitAsync(WatchWriter output, GetEventsResponse response, CancellationToken cancellationToken)
    {
        if (response.HorizonPassed is { Missing: var missing })
        {
            StoreTelemetry.Missed(Id, missing.Count);
            Log.HorizonPassed(_logger, Id, missing.Count, missing);
            await EmitMissingAsync(output, new HorizonPassedException(Id, missing), "collected before it was read", missing, cancellationToken).ConfigureAwait(false);
        }

        foreach (var stored in response.Events)
        {
            Event item;
            try
            {
                item = stored.ToEvent();
            }
            catch (EventDeserializationException exception)
            {
                var itself = new SequenceRange(stored.SequenceNumber, stored.SequenceNumber);
                await EmitMissingAsync(output, exception, "can't be decoded", itself, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await output.EmitAsync(item, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says by an error and a force-reload what doesn't come; the reload has a position, so that the checkpoint gets past it.</summary>
    private ValueTask EmitMissingAsync(WatchWriter output, Exception error, string reason, SequenceRange missing, CancellationToken cancellationToken)
    {
        output.ReportError(error);
        var reload = Event.ForceReload(Type, Name, reason, missing.Count, TimeProvider.GetUtcNow());
        return output.EmitAsync(reload with { Position = missing.Last }, cancellationToken);
    }

    private async ValueTask<EventIterator> BeginAsync(CancellationToken cancellationToken)
    {
        var checkpoint = _reading.Ephemeral ? null : await _checkpoint.LoadAsync(cancellationToken).ConfigureAwait(false);
        var from = checkpoint is { } position ? EventIterator.AfterSequenceNumber(position) : _reading.InitialIterator;
        return await Beginnings.ResolveAsync(_store, Id, from, _logger, cancellationToken).ConfigureAwait(false);
    }

    private Task DelayAsync(int failures, CancellationToken cancellationToken)
    {
        var delay = RetryBackoff.After(_reading, failures);
        return delay > TimeSpan.Zero ? Task.Delay(delay, TimeProvider, cancellationToken) : Task.CompletedTask;
    }
}

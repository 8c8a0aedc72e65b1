namespace EventWatcher.Store;

/// <summary>A sink that appends watchers' events to a store; see <see cref="WatcherEvents"/> for how.</summary>
/// <remarks>
/// A write completes when the event is as durable as the store promises. Closing the sink leaves the store open, unless
/// it was told to own it. Safe from any thread.
/// </remarks>
/// <example>
/// <code>
/// await using var sink = new EventStoreSink(store);
/// await using var queue = new EventQueue(new EventQueueOptions { FlushFailure = FlushFailureMode.Retry }, sink.WriteBatchAsync);
/// queue.Attach(watcher);
/// </code>
/// </example>
public sealed class EventStoreSink : ISink<Event>
{
    private readonly IEventStore _store;
    private readonly bool _ownsStore;
    private volatile bool _isClosed;

    /// <summary>Initializes the sink.</summary>
    /// <param name="store">The store.</param>
    /// <param name="ownsStore">Whether disposing the sink disposes the store.</param>
    public EventStoreSink(IEventStore store, bool ownsStore = false)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _ownsStore = ownsStore;
    }

    /// <inheritdoc/>
    /// <exception cref="EventStoreException">The store could not take it.</exception>
    public async ValueTask WriteAsync(Event item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        ThrowIfClosed();
        try
        {
            await _store.StoreEventAsync(item.ToNewEvent(), cancellationToken).ConfigureAwait(false);
        }
        catch (EventStoreClosedException exception)
        {
            throw new SinkClosedException(exception.StoreName, exception);
        }
    }

    /// <summary>Writes a batch: all of it, in order, with one flush, or nothing. The handler of a queue that fills a store.</summary>
    /// <param name="batch">The events.</param>
    /// <param name="cancellationToken">Gives up; honoured only until the batch has joined a flush.</param>
    /// <returns>Completes when the events are as durable as the store promises.</returns>
    /// <exception cref="SinkClosedException">The sink or the store is closed.</exception>
    /// <exception cref="EventStoreException">The store could not take it.</exception>
    public async ValueTask WriteBatchAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ThrowIfClosed();
        try
        {
            await _store.StoreEventsAsync([.. batch.Select(static item => item.ToNewEvent())], cancellationToken).ConfigureAwait(false);
        }
        catch (EventStoreClosedException exception)
        {
            throw new SinkClosedException(exception.StoreName, exception);
        }
    }

    /// <summary>Closes the sink, and the store where it owns it.</summary>
    /// <returns>Completes when that is done.</returns>
    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        return _ownsStore ? _store.DisposeAsync() : ValueTask.CompletedTask;
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new SinkClosedException(nameof(EventStoreSink));
        }
    }
}

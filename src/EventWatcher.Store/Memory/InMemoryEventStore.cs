using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Store;

/// <summary>An event store that keeps everything in memory, for tests and for what need not survive the process.</summary>
/// <remarks>It keeps every promise of <see cref="IEventStore"/> but durability. Safe from any thread.</remarks>
public sealed partial class InMemoryEventStore : IEventStore
{
    private readonly Lock _gate = new();
    private readonly List<StoredEvent> _events = [];
    private readonly TimeProvider _timeProvider;
    private readonly LogReader _reader;
    private readonly ITimer? _collection;
    private readonly TimeSpan _collectionAge;
    private long _collected;
    private DateTimeOffset _lastTimestamp;
    private TaskCompletionSource? _nextAppend;
    private volatile bool _isClosed;

    /// <summary>Initializes an empty store.</summary>
    /// <param name="serializer">What turns objects into payloads and back; null for JSON with no type registered yet.</param>
    /// <param name="options">What else it may be told; null for the defaults. Copied.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public InMemoryEventStore(IEventSerializer? serializer = null, InMemoryEventStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        options = InMemoryEventStoreOptionsValidator.Instance.ThrowIfInvalid(options ?? new InMemoryEventStoreOptions());
        Serializer = serializer ?? new JsonEventSerializer();
        Name = options.Name;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _collectionAge = options.CollectionAge;
        _reader = new LogReader(new Source(this), options.LongPollTimeout, _timeProvider);
        if (_collectionAge > TimeSpan.Zero && options.CollectionInterval != Timeout.InfiniteTimeSpan)
        {
            _collection = _timeProvider.CreateTimer(
                static store => ((InMemoryEventStore)store!).Collect(), this, options.CollectionInterval, options.CollectionInterval);
        }
    }

    /// <summary>Gets the store's name, for messages.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public IEventSerializer Serializer { get; }

    private long Latest => _collected + _events.Count;

    /// <inheritdoc/>
    public ValueTask<long> StoreEventAsync(NewEvent newEvent, CancellationToken cancellationToken = default) =>
        Answer(() => Append([newEvent]).First, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SequenceRange> StoreEventsAsync(IReadOnlyList<NewEvent> newEvents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(newEvents);
        return Answer(() => Append(newEvents), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<GetEventsResponse> GetEventsAsync(GetEventsRequest request, CancellationToken cancellationToken = default) =>
        _isClosed
            ? ValueTask.FromException<GetEventsResponse>(new EventStoreClosedException(Name))
            : _reader.ReadAsync(request, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> GetLatestSequenceNumberAsync(CancellationToken cancellationToken = default) =>
        AnswerLocked(() => Latest, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> GetOldestSequenceNumberAsync(CancellationToken cancellationToken = default) =>
        AnswerLocked(() => _collected + 1, cancellationToken);

    /// <summary>Collects now what is old and that every watcher is done with.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events that were collected.</returns>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    public ValueTask<SequenceRange> CollectAsync(CancellationToken cancellationToken = default) => Answer(Collect, cancellationToken);

    /// <inheritdoc/>
    public Task CloseAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _isClosed = true;
            waiting = _nextAppend;
            _nextAppend = null;
        }

        _collection?.Dispose();
        waiting?.TrySetResult();
        return Task.CompletedTask;
    }

    /// <summary>Closes the store; what it held is gone.</summary>
    /// <returns>Completes at once.</returns>
    public ValueTask DisposeAsync() => new(CloseAsync(CancellationToken.None));

    /// <summary>Runs a call with its exceptions in the task, as a store that does I/O has them.</summary>
    private ValueTask<T> Answer<T>(Func<T> call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        try
        {
            ThrowIfClosed();
            return ValueTask.FromResult(call());
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<T>(exception);
        }
    }

    private ValueTask<T> AnswerLocked<T>(Func<T> call, CancellationToken cancellationToken) => Answer(
        () =>
        {
            lock (_gate)
            {
                ThrowIfClosed();
                return call();
            }
        },
        cancellationToken);

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new EventStoreClosedException(Name);
        }
    }

    [SuppressMessage("Performance", "CA1859:Use concrete types when possible for improved performance", Justification = "A batch is whatever list the caller has.")]
    private SequenceRange Append(IReadOnlyList<NewEvent> newEvents)
    {
        // All are written before the first is taken: one that can't be leaves nothing behind. And before the lock:
        // a serializer may be slow, or come back here.
        var buffer = new ArrayBufferWriter<byte>();
        var payloads = new List<byte[]>(newEvents.Count);
        foreach (var newEvent in newEvents)
        {
            EventEncoder.RefuseBadNames(newEvent);
            if (newEvent.Value is not { } value)
            {
                payloads.Add(newEvent.Payload.ToArray());
                continue;
            }

            EventEncoder.Serialize(newEvent.ObjectType, value, Serializer, buffer);
            payloads.Add(buffer.WrittenSpan.ToArray());
            buffer.ResetWrittenCount();
        }

        lock (_gate)
        {
            ThrowIfClosed();
            var first = Latest + 1;
            var now = _timeProvider.GetUtcNow();
            _lastTimestamp = now > _lastTimestamp ? now : _lastTimestamp;
            for (var i = 0; i < payloads.Count; i++)
            {
                _events.Add(new StoredEvent(first + i, newEvents[i].Operation, newEvents[i].ObjectType, _lastTimestamp, payloads[i], Serializer));
            }

            if (payloads.Count > 0)
            {
                _nextAppend?.TrySetResult();
                _nextAppend = null;
            }

            return new SequenceRange(first, Latest);
        }
    }

    private SequenceRange Collect()
    {
        lock (_gate)
        {
            var first = _collected + 1;
            if (!_isClosed && _collectionAge > TimeSpan.Zero)
            {
                var before = _timeProvider.GetUtcNow() - _collectionAge;
                var last = CollectableByWatchers();
                var count = 0;
                while (count < _events.Count && _events[count].SequenceNumber <= last && _events[count].Timestamp < before)
                {
                    count++;
                }

                _events.RemoveRange(0, count);
                _collected += count;
            }

            return new SequenceRange(first, _collected);
        }
    }
}

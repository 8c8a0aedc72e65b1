namespace EventWatcher;

/// <summary>The events of a watch stream: an <see cref="EventBuffer"/> as a channel.</summary>
internal sealed class EventReader(int capacity, TimeProvider timeProvider, Action<Overflow> onOverflowTaken) : LockedReader<Event>
{
    private readonly EventBuffer _buffer = new(capacity, timeProvider);
    private SpaceWaiters? _waiters;

    public long WrittenCount { get; private set; }

    public long DroppedCount { get; private set; }

    protected override int StoredCount => _buffer.Count;

    /// <summary>Adds an event without ever waiting; what does not fit is coalesced.</summary>
    /// <param name="item">The event.</param>
    /// <param name="overflowBegins">Whether this event was the first one that did not fit.</param>
    /// <returns>Whether the event itself will be read.</returns>
    public bool Write(Event item, out bool overflowBegins)
    {
        overflowBegins = false;
        bool isKept;
        TaskCompletionSource<bool>? awaited;
        lock (Gate)
        {
            if (IsComplete)
            {
                return false;
            }

            WrittenCount++;
            isKept = _buffer.TryAdd(item);
            if (!isKept)
            {
                overflowBegins = !_buffer.IsOverflowing;
                _buffer.AddToTail(item);
                DroppedCount++;
            }

            awaited = TakeAwaited();
        }

        awaited?.TrySetResult(true);
        return isKept;
    }

    /// <summary>Adds an event, waiting for room. False when the stream has ended.</summary>
    public ValueTask<bool> WriteAsync(Event item, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        TaskCompletionSource<bool>? awaited;
        lock (Gate)
        {
            if (IsComplete)
            {
                return ValueTask.FromResult(false);
            }

            if (_waiters is { IsEmpty: false } || !_buffer.TryAdd(item))
            {
                return (_waiters ??= new SpaceWaiters()).Add(item).WaitAsync(cancellationToken);
            }

            WrittenCount++;

            awaited = TakeAwaited();
        }

        awaited?.TrySetResult(true);
        return ValueTask.FromResult(true);
    }

    /// <summary>No more events come; those that wait stay readable.</summary>
    /// <returns>The losses that the reader has not come to yet: nothing is added to them any more.</returns>
    public List<Overflow> Finish()
    {
        lock (Gate)
        {
            var losses = _buffer.TakeUnreportedLosses();
            Complete(discard: false);
            return losses;
        }
    }

    protected override Event TakeStored(out Action? afterwards)
    {
        _buffer.TryTake(out var item, out var overflow);
        WrittenCount += _waiters?.Admit(_buffer) ?? 0;
        afterwards = overflow is null ? null : () => onOverflowTaken(overflow);
        return item!;
    }

    protected override int DiscardStored()
    {
        _waiters?.Refuse();
        return _buffer.Clear();
    }
}

namespace EventWatcher.Sinks;

/// <summary>
/// What waits to be delivered, with a bound and what is done beyond it. A lock and a ring instead of the framework's
/// bounded channel, a reader of which may never wake under CPU contention (dotnet/runtime 131141).
/// </summary>
/// <remarks>Many writers, one reader.</remarks>
internal sealed class BoundedBuffer<T>(string name, int capacity, SinkOverflow overflow)
{
    private readonly Lock _gate = new();
    private readonly RingBuffer<Slot<T>> _slots = new();
    private readonly SpaceWaiters<T> _waiters = new();
    private readonly AsyncSignal _signal = new();
    private bool _isComplete;
    private bool _isOverflowing;
    private int _wakeAt;

    /// <summary>Is told of each item that gave way. Outside of the lock.</summary>
    public required Action<T> Dropped { get; init; }

    /// <summary>Is told when an overflow begins. Outside of the lock.</summary>
    public required Action OverflowBegins { get; init; }

    public bool IsComplete
    {
        get
        {
            lock (_gate)
            {
                return _isComplete;
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _slots.Count;
            }
        }
    }

    private enum Outcome
    {
        Accepted = 0,
        Dropped,
        Rejected,
        Waits,
        Closed,
    }

    public ValueTask WriteAsync(T item, CancellationToken cancellationToken)
    {
        Outcome outcome;
        bool wake, begins;
        (bool Is, T Item) gaveWay = default;
        SpaceWaiters<T>.Waiter? waiter = null;
        lock (_gate)
        {
            var wasOverflowing = _isOverflowing;
            outcome = Admit(item, ref gaveWay, ref waiter);
            begins = _isOverflowing && !wasOverflowing;
            wake = TakeWake();
        }

        if (wake)
        {
            _signal.Set();
        }

        if (begins)
        {
            OverflowBegins();
        }

        if (gaveWay.Is)
        {
            Dropped(gaveWay.Item);
        }

        return outcome switch
        {
            Outcome.Accepted or Outcome.Dropped => ValueTask.CompletedTask,
            Outcome.Rejected => ValueTask.FromException(new QueueFullException(name, capacity)),
            Outcome.Closed => ValueTask.FromException(
                new SinkClosedException(name, overflow == SinkOverflow.CloseOnOverflow && begins ? new QueueFullException(name, capacity) : null)),
            _ => _waiters.WaitAsync(waiter!, _gate, cancellationToken),
        };
    }

    /// <summary>Takes the next item, if there is one.</summary>
    public bool TryTake(out Slot<T> slot)
    {
        SpaceWaiters<T>.Waiter? admitted = null;
        lock (_gate)
        {
            if (_slots.Count == 0)
            {
                slot = default;
                return false;
            }

            slot = _slots.Take();

            // Not at the first free slot: one overflow is told of once, not once an item.
            _isOverflowing &= _slots.Count > capacity / 2;
            if (_slots.Count < capacity)
            {
                admitted = _waiters.TakeFirst();
                if (admitted is not null)
                {
                    _slots.Add(new Slot<T>(admitted.Item));
                }
            }
        }

        admitted?.Admit();
        return true;
    }

    /// <summary>Waits until so many items are there, or no more will come, or <see cref="Wake"/> was called. For the one reader.</summary>
    public ValueTask WaitAsync(int atLeast)
    {
        lock (_gate)
        {
            if (_isComplete || _slots.Count >= atLeast)
            {
                return ValueTask.CompletedTask;
            }

            _wakeAt = atLeast;
        }

        return _signal.WaitAsync();
    }

    public void Wake() => _signal.Set();

    /// <summary>Takes nothing more; writers that wait are refused. What is there can still be taken.</summary>
    public void Complete()
    {
        IReadOnlyList<SpaceWaiters<T>.Waiter> refused;
        lock (_gate)
        {
            _isComplete = true;
            refused = _waiters.TakeAll();
        }

        foreach (var waiter in refused)
        {
            waiter.Refuse(name);
        }

        _signal.Set();
    }

    /// <summary>Takes out all that is left; markers are not among it, as what they stand for was reported.</summary>
    public IReadOnlyList<T> Clear()
    {
        var left = new List<T>();
        lock (_gate)
        {
            while (_slots.Count > 0)
            {
                var slot = _slots.Take();
                if (slot.Missing == 0)
                {
                    left.Add(slot.Item);
                }
            }
        }

        return left;
    }

    private Outcome Admit(T item, ref (bool Is, T Item) gaveWay, ref SpaceWaiters<T>.Waiter? waiter)
    {
        if (_isComplete)
        {
            return Outcome.Closed;
        }

        if (_slots.Count < capacity && _waiters.Count == 0)
        {
            _slots.Add(new Slot<T>(item));
            return Outcome.Accepted;
        }

        _isOverflowing = true;
        switch (overflow)
        {
            case SinkOverflow.Wait:
                waiter = _waiters.Add(item);
                return Outcome.Waits;
            case SinkOverflow.Reject:
                return Outcome.Rejected;
            case SinkOverflow.CloseOnOverflow:
                _isComplete = true;
                _wakeAt = 0;
                return Outcome.Closed;
        }

        var key = Essential.KeyOf(item);
        if (overflow == SinkOverflow.DropOldest)
        {
            gaveWay = TakeOldest(key);
            _slots.Add(new Slot<T>(item));
            return Outcome.Accepted;
        }

        if (key is not null)
        {
            RemoveEarlier(key);
            _slots.Add(new Slot<T>(item));
            return Outcome.Accepted;
        }

        gaveWay = (true, item);
        if (overflow == SinkOverflow.Mark)
        {
            MarkMissing();
        }

        return Outcome.Dropped;
    }

    /// <summary>One reserved slot, beyond the capacity, at the end: between two marks there is always an item.</summary>
    private void MarkMissing()
    {
        if (_slots.Count > 0 && _slots[_slots.Count - 1].Missing > 0)
        {
            _slots[_slots.Count - 1].Missing++;
        }
        else
        {
            _slots.Add(new Slot<T>(default!) { Missing = 1 });
        }
    }

    private (bool Is, T Item) TakeOldest(object? newKey)
    {
        if (newKey is not null && RemoveEarlier(newKey))
        {
            return default;
        }

        for (var i = 0; i < _slots.Count; i++)
        {
            if (Essential.KeyOf(_slots[i].Item) is null)
            {
                return (true, _slots.RemoveAt(i).Item);
            }
        }

        return default;
    }

    private bool RemoveEarlier(object key)
    {
        for (var i = 0; i < _slots.Count; i++)
        {
            if (_slots[i].Missing == 0 && key.Equals(Essential.KeyOf(_slots[i].Item)))
            {
                _slots.RemoveAt(i);
                MergeMarks(i);
                return true;
            }
        }

        return false;
    }

    /// <summary>Marks that what was removed between them leaves side by side are one: they must not add up without bound.</summary>
    private void MergeMarks(int index)
    {
        if (index > 0 && index < _slots.Count && _slots[index - 1].Missing > 0 && _slots[index].Missing > 0)
        {
            _slots[index - 1].Missing += _slots[index].Missing;
            _slots.RemoveAt(index);
        }
    }

    private bool TakeWake()
    {
        if (_wakeAt < 0 || (_slots.Count < _wakeAt && !_isComplete))
        {
            return false;
        }

        _wakeAt = -1;
        return true;
    }
}

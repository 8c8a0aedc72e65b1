namespace EventWatcher.Idle;

/// <summary>Those who wait for one container, in the order of their deadlines, which is that in which they came where their time is the same; bounded. Thread-safe.</summary>
internal sealed class WaitingRoom(WaitingBudget budget)
{
    private readonly Lock _gate = new();

    // Made when first needed: most containers of thousands have nobody who waits.
    private LinkedList<Waiter>? _waiters;
    private bool _isClosed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiters?.Count ?? 0;
            }
        }
    }

    /// <summary>Gets when the first waiter's time is up; <see cref="IdleClock.Never"/> where nobody waits.</summary>
    public long FirstDeadline
    {
        get
        {
            lock (_gate)
            {
                return _waiters?.First?.Value.Deadline ?? IdleClock.Never;
            }
        }
    }

    /// <summary>Takes somebody in.</summary>
    /// <param name="deadline">When the waiting ends.</param>
    /// <param name="limit">How many may wait here.</param>
    /// <param name="refused">Why not, where the result is null.</param>
    /// <returns>The waiter; null where there is no room, or no more.</returns>
    public Waiter? TryAdd(long deadline, int limit, out IdleRefusalReason refused)
    {
        lock (_gate)
        {
            refused = _isClosed ? IdleRefusalReason.ShuttingDown : IdleRefusalReason.TooManyWaiting;
            if (_isClosed || _waiters?.Count >= limit || !budget.TryTake())
            {
                return null;
            }

            var waiter = new Waiter(this, deadline);
            var last = (_waiters ??= new LinkedList<Waiter>()).Last;
            while (last is not null && last.Value.Deadline > deadline)
            {
                // Came when one was held for longer.
                last = last.Previous;
            }

            waiter.Place = last is null ? _waiters.AddFirst(waiter) : _waiters.AddAfter(last, waiter);
            return waiter;
        }
    }

    /// <summary>Lets somebody go who no longer wants to wait.</summary>
    public void Remove(Waiter waiter)
    {
        lock (_gate)
        {
            if (waiter.Place is { } place)
            {
                Leave(place);
            }
        }
    }

    /// <summary>Calls the next one in.</summary>
    public Waiter? TakeFirst()
    {
        lock (_gate)
        {
            if (_waiters?.First is not { } first)
            {
                return null;
            }

            Leave(first);
            return first.Value;
        }
    }

    /// <summary>Empties the room.</summary>
    /// <param name="close">Whether nobody is let in any more.</param>
    public Waiter[] TakeAll(bool close = false)
    {
        lock (_gate)
        {
            _isClosed |= close;
            if (_waiters is not { Count: > 0 } waiters)
            {
                return [];
            }

            Waiter[] all = [.. waiters];
            waiters.Clear();
            foreach (var waiter in all)
            {
                waiter.Place = null;
            }

            budget.Return(all.Length);
            return all;
        }
    }

    private void Leave(LinkedListNode<Waiter> place)
    {
        place.Value.Place = null;
        _waiters!.Remove(place);
        budget.Return(1);
    }
}

namespace EventWatcher.Sinks;

/// <summary>The child that a subscription is for its broadcaster: buffers, and never waits.</summary>
internal sealed class SubscriberSink<T>(int capacity, SubscriptionOverflow overflow) : ISink<T>
{
    private readonly Lock _gate = new();
    private readonly RingBuffer<T> _items = new();
    private readonly AsyncSignal _signal = new();
    private long _missed;
    private bool _isEnded;
    private bool _isAwaited;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _items.Count;
            }
        }
    }

    public long Missed
    {
        get
        {
            lock (_gate)
            {
                return _missed;
            }
        }
    }

    /// <summary>Whether no more will come and nothing is left.</summary>
    public bool IsEnded
    {
        get
        {
            lock (_gate)
            {
                return _isEnded && _items.Count == 0;
            }
        }
    }

    public ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return ValueTask.FromException(new SinkClosedException("subscription"));
            }

            if (!Admit(item) || !_isAwaited)
            {
                return ValueTask.CompletedTask;
            }

            _isAwaited = false;
        }

        _signal.Set();
        return ValueTask.CompletedTask;
    }

    /// <summary>The broadcaster is closed: what is buffered can still be read.</summary>
    public ValueTask DisposeAsync()
    {
        End(discard: false);
        return ValueTask.CompletedTask;
    }

    public void End(bool discard)
    {
        lock (_gate)
        {
            _isEnded = true;
            while (discard && _items.Count > 0)
            {
                _ = _items.Take();
            }
        }

        _signal.Set();
    }

    /// <summary>Takes the next item, if there is one.</summary>
    /// <exception cref="SubscriberLaggedException">What comes next was missed.</exception>
    public bool TryTake(out T item)
    {
        lock (_gate)
        {
            if (_items.Count > 0)
            {
                item = _items.Take();
                return true;
            }

            if (overflow == SubscriptionOverflow.Fail && _missed > 0)
            {
                throw new SubscriberLaggedException(capacity, _missed);
            }

            item = default!;
            return false;
        }
    }

    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_items.Count > 0 || _isEnded)
            {
                return ValueTask.CompletedTask;
            }

            _isAwaited = true;
        }

        return _signal.WaitAsync();
    }

    public void Wake() => _signal.Set();

    public override string ToString() => "subscription";

    /// <summary>Takes an item, or counts it as missed.</summary>
    /// <returns>Whether there is something new to read.</returns>
    private bool Admit(T item)
    {
        // After the first gap nothing more is taken: what the reader gets has no hole.
        var isCut = overflow == SubscriptionOverflow.Fail && _missed > 0;
        if (_items.Count < capacity && !isCut)
        {
            _items.Add(item);
            return true;
        }

        if (overflow == SubscriptionOverflow.DropOldest)
        {
            AdmitInstead(item);
            return true;
        }

        if (overflow == SubscriptionOverflow.DropNewest && Essential.KeyOf(item) is not null)
        {
            AdmitInstead(item);
            return true;
        }

        _missed++;
        return false;
    }

    /// <summary>Lets the oldest item give way that may: an earlier essential one of the same key, or any other that isn't essential.</summary>
    private void AdmitInstead(T item)
    {
        var key = Essential.KeyOf(item);
        for (var i = 0; i < _items.Count; i++)
        {
            var present = Essential.KeyOf(_items[i]);
            if (present is null || present.Equals(key))
            {
                _items.RemoveAt(i);
                _missed += present is null ? 1 : 0;
                break;
            }
        }

        _items.Add(item);
    }
}

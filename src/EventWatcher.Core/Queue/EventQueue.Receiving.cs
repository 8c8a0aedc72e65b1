namespace EventWatcher;

// Receiving: events come in under the lock, the loop is woken when a batch is full, the timer when the first one waits.
public sealed partial class EventQueue
{
    private SpaceWaiters? _waiters;
    private ITimer? _timer;
    private bool _timerIsArmed;
    private bool _timerIsForTrimming;
    private bool _wakeIsPending;
    private bool _isFullLogged;
    private long _firstArrival;
    private long _lastArrival;
    private long _received;
    private long _dropped;
    private long _lost;

    /// <summary>Adds an event without waiting.</summary>
    /// <param name="item">The event.</param>
    /// <returns>
    /// False where the event itself was not kept: the queue is stopping, or it is full and
    /// <see cref="EventQueueOptions.Overflow"/> says so.
    /// </returns>
    public bool TryEnqueue(Event item)
    {
        ArgumentNullException.ThrowIfNull(item);
        bool isKept, wake, isFull = false;
        lock (_gate)
        {
            if (_phase >= Phase.Stopping)
            {
                return false;
            }

            isKept = MayOvertake(item) && Add(item, ref isFull);
            wake = OnArrival();
        }

        if (wake)
        {
            _signal.Set();
        }

        if (isFull)
        {
            Log.QueueFull(_logger, Name, _options.Capacity, _options.Overflow);
        }

        return isKept;
    }

    /// <summary>Adds an event; with <see cref="QueueOverflow.Wait"/>, waits for room. Waiting writers are served in order.</summary>
    /// <param name="item">The event.</param>
    /// <param name="cancellationToken">Gives up waiting; the event is then not added.</param>
    /// <returns>As <see cref="TryEnqueue"/>.</returns>
    public ValueTask<bool> EnqueueAsync(Event item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        if (_options.Overflow != QueueOverflow.Wait)
        {
            return ValueTask.FromResult(TryEnqueue(item));
        }

        bool wake, isFull = false;
        lock (_gate)
        {
            if (_phase >= Phase.Stopping)
            {
                return ValueTask.FromResult(false);
            }

            if (!MayOvertake(item) || !Add(item, ref isFull))
            {
                return (_waiters ??= new SpaceWaiters()).Add(item).WaitAsync(cancellationToken);
            }

            wake = OnArrival();
        }

        if (wake)
        {
            _signal.Set();
        }

        return ValueTask.FromResult(true);
    }

    /// <summary>Waiting writers come first; a ForceReload has a place of its own and waits for nobody. The lock is held.</summary>
    private bool MayOvertake(Event item) => _waiters is not { IsEmpty: false } || item.Action.IsForceReload;

    /// <summary>Adds an event by the rules of the overflow policy; the lock is held.</summary>
    private bool Add(Event item, ref bool isFull)
    {
        if (!_buffer.IsFull)
        {
            _received++;
            return _buffer.TryAdd(item);
        }

        isFull = !_isFullLogged;
        _isFullLogged = true;
        if (_options.Overflow == QueueOverflow.DropOldest && !_buffer.IsOverflowing && _buffer.TryEvictOldest())
        {
            _lost++;
            _dropped++;
        }

        var count = _buffer.Count;
        if (_buffer.TryAdd(item))
        {
            // A ForceReload that became one with another counts as coalesced.
            _received++;
            _dropped += _buffer.Count == count ? 1 : 0;
            return true;
        }

        switch (_options.Overflow)
        {
            case QueueOverflow.ForceReload:
                _buffer.AddToTail(item);
                _dropped++;

                // The event, and the ForceReload that may have been made for it.
                _received += 1 + _buffer.Count - count;
                break;
            case QueueOverflow.DropOldest or QueueOverflow.DropNewest:
                _received++;
                _lost++;
                _dropped++;
                break;
        }

        return false;
    }

    /// <summary>Decides, after an event came, whether the loop is to be woken; the lock is held.</summary>
    private bool OnArrival()
    {
        var count = _buffer.Count;
        if (_options.QuietPeriod > TimeSpan.Zero)
        {
            _lastArrival = _timeProvider.GetTimestamp();
        }

        if (count >= _options.MaxBatchSize)
        {
            // While a flush runs the loop looks again by itself when it is done.
            return !_isFlushing && RequestWake();
        }

        if (count == 1)
        {
            _firstArrival = _timeProvider.GetTimestamp();
        }

        if (!_isFlushing)
        {
            ArmTimer(_options.QuietPeriod > TimeSpan.Zero ? _options.QuietPeriod : _options.FlushInterval);
        }

        return false;
    }

    /// <summary>The lock is held; true when the caller is the one to set the signal.</summary>
    private bool RequestWake()
    {
        if (_phase == Phase.Created || _wakeIsPending)
        {
            return false;
        }

        _wakeIsPending = true;
        return true;
    }

    private void ArmTimer(TimeSpan due)
    {
        // One that is armed for events is not late; one that is armed for giving memory back may be.
        if ((_timerIsArmed && !_timerIsForTrimming) || _phase != Phase.Running)
        {
            return;
        }

        _timerIsArmed = true;
        _timerIsForTrimming = false;
        _timer ??= CreateTimer();
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Looks once more when nothing has come until then, to give the memory of a burst back; the lock is held.</summary>
    private void ArmTimerForTrimming()
    {
        if (!_timerIsArmed)
        {
            ArmTimer(_options.FlushInterval);
            _timerIsForTrimming = _timerIsArmed;
        }
    }

    private ITimer CreateTimer()
    {
        // Without the caller's execution context: the timer belongs to the queue, not to the request that came first.
        using (ExecutionContext.SuppressFlow())
        {
            return _timeProvider.CreateTimer(
                static queue => ((EventQueue)queue!).OnTimer(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        var wake = false;
        lock (_gate)
        {
            _timerIsArmed = false;
            _timerIsForTrimming = false;
            if (_phase != Phase.Running || _isFlushing)
            {
                return;
            }

            if (_buffer.Count == 0)
            {
                _buffer.Trim();
                return;
            }

            var due = DueIn();
            if (due > TimeSpan.Zero)
            {
                ArmTimer(due);
            }
            else
            {
                _flushNow = true;
                _isTimedFlush = true;
                wake = RequestWake();
            }
        }

        if (wake)
        {
            _signal.Set();
        }
    }

    /// <summary>How long what is pending may still wait; the lock is held.</summary>
    private TimeSpan DueIn()
    {
        var left = _options.FlushInterval - _timeProvider.GetElapsedTime(_firstArrival);
        if (_options.QuietPeriod == TimeSpan.Zero)
        {
            return left;
        }

        var quiet = _options.QuietPeriod - _timeProvider.GetElapsedTime(_lastArrival);
        return quiet < left ? quiet : left;
    }
}

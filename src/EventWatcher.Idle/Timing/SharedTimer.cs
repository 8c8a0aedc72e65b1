namespace EventWatcher.Idle;

/// <summary>One timer for everybody: a heap of moments, at most one for each who waits, and a single timer that is armed for the first of them.</summary>
/// <remarks>Whoever is told looks whether there is anything to do, and asks again. Thread-safe.</remarks>
internal sealed class SharedTimer : IDisposable
{
    // No timer goes further than 49 days; it is armed again then.
    private const double LongestWait = 24 * 60 * 60 * 1_000;

    private readonly Lock _gate = new();
    private readonly MomentHeap _moments = new();
    private readonly IdleClock _clock;
    private readonly ITimer _timer;
    private long _armedFor = IdleClock.Never;
    private bool _isDisposed;

    public SharedTimer(IdleClock clock)
    {
        _clock = clock;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = clock.Provider.CreateTimer(static timer => ((SharedTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Gets how many moments are waited for.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _moments.Count;
            }
        }
    }

    /// <summary>Has somebody told at a moment, or earlier where an earlier one was asked for and has not come yet.</summary>
    public void Schedule(ITimed target, long timestamp)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _moments.Add(target, timestamp);
            if (timestamp < _armedFor)
            {
                Arm(timestamp);
            }
        }
    }

    /// <summary>Tells somebody no more, unless it asks again.</summary>
    public void Forget(ITimed target)
    {
        lock (_gate)
        {
            _moments.Remove(target);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _moments.Clear();
        }

        _timer.Dispose();
    }

    private void Arm(long timestamp)
    {
        _armedFor = timestamp;

        // Upwards to the timer's own resolution: a little late is looked at once, a little early twice.
        var wait = Math.Max(1, Math.Ceiling(_clock.Between(_clock.Now, timestamp).TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(Math.Min(wait, LongestWait)), Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        var due = new List<ITimed>();
        lock (_gate)
        {
            var now = _clock.Now;
            while (_moments.First is { } first && first.Timestamp <= now)
            {
                _moments.Remove(first.Target);
                due.Add(first.Target);
            }

            _armedFor = IdleClock.Never;
            if (_moments.First is { } next)
            {
                Arm(next.Timestamp);
            }
        }

        foreach (var target in due)
        {
            target.OnTime();
        }
    }
}

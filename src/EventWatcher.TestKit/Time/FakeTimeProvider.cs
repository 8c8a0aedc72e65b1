namespace EventWatcher.TestKit;

/// <summary>A clock that stands still until a test moves it.</summary>
/// <remarks>
/// <para>
/// Timers fire on the thread that calls <see cref="Advance"/>, in the order in which they are due, each with the clock
/// at the very time it is due; a periodic one as often as it falls due. A timer that is armed for zero fires on the
/// thread pool, as with the system's clock. An exception in a timer's callback comes out of <see cref="Advance"/>.
/// </para>
/// <para>
/// What a timer sets off may go on elsewhere (an awaited delay continues on the thread pool): wait for its effect, or
/// with <see cref="WaitForTimersAsync"/> for the next timer, before the clock is moved on. Thread-safe, and callbacks
/// may call every member.
/// </para>
/// </remarks>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<FakeTimer> _armed = new(FakeTimer.DueOrder);
    private readonly Conditions _conditions = new();
    private long _elapsed;
    private long _utcTicksAtZero;
    private long _armings;

    /// <summary>Initializes a clock at midnight of 1 January 2000, UTC.</summary>
    public FakeTimeProvider()
        : this(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Initializes a clock.</summary>
    /// <param name="start">What <see cref="GetUtcNow"/> says at first.</param>
    public FakeTimeProvider(DateTimeOffset start) => _utcTicksAtZero = start.UtcTicks;

    /// <summary>Gets how many timers are armed: created or changed with a due time, and neither fired nor disposed since.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count;
            }
        }
    }

    /// <summary>Gets how long until the next armed timer is due; null where none is armed.</summary>
    public TimeSpan? NextTimerIn
    {
        get
        {
            lock (_gate)
            {
                return _armed.Min is { } next ? TimeSpan.FromTicks(Math.Max(0, next.Due - _elapsed)) : null;
            }
        }
    }

    /// <summary>Gets UTC, so that no test depends on where it runs.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Gets the ticks of a second of <see cref="GetTimestamp"/>: those of <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return new DateTimeOffset(_utcTicksAtZero + _elapsed, TimeSpan.Zero);
        }
    }

    /// <summary>Returns how far the clock was advanced in all, in ticks. Never goes back.</summary>
    /// <returns>The ticks.</returns>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsed;
        }
    }

    /// <summary>Moves the clock on and fires the timers that fall due on the way.</summary>
    /// <param name="delta">How far; zero fires what is due already.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is negative.</exception>
    public void Advance(TimeSpan delta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delta, TimeSpan.Zero);
        long target;
        lock (_gate)
        {
            target = _elapsed + delta.Ticks;
        }

        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Moves the clock on to a time, as <see cref="Advance"/> does.</summary>
    /// <param name="value">What <see cref="GetUtcNow"/> is to say.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="value"/> is in the past; see <see cref="AdjustUtcNow"/> for a clock that is put back.
    /// </exception>
    public void SetUtcNow(DateTimeOffset value)
    {
        var now = GetUtcNow();
        ArgumentOutOfRangeException.ThrowIfLessThan(value, now);
        Advance(value - now);
    }

    /// <summary>
    /// Puts the wall clock forward or back, as when a machine's clock is corrected: no time passes, no timer fires,
    /// and timestamps go on from where they were.
    /// </summary>
    /// <param name="value">What <see cref="GetUtcNow"/> is to say.</param>
    public void AdjustUtcNow(DateTimeOffset value)
    {
        lock (_gate)
        {
            _utcTicksAtZero = value.UtcTicks - _elapsed;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits, in real time, until at least so many timers are armed.</summary>
    /// <param name="count">How many.</param>
    /// <param name="deadline">How long; null for <see cref="Eventually.DefaultDeadline"/>.</param>
    /// <returns>Completes when they are.</returns>
    /// <exception cref="TimeoutException">They were not in time.</exception>
    public Task WaitForTimersAsync(int count, TimeSpan? deadline = null) => _conditions.WaitAsync(
        () => PendingTimers >= count,
        deadline,
        () => $"Waited for {count} timers; {PendingTimers} are armed.");

    /// <summary>Arms or disarms a timer. Only armed ones are held, so that a forgotten one can be collected.</summary>
    internal bool Arm(FakeTimer timer, TimeSpan? dueTime, TimeSpan? period)
    {
        lock (_gate)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            _armed.Remove(timer);
            timer.Period = period?.Ticks ?? 0;
            if (dueTime is { } due)
            {
                timer.Due = _elapsed + due.Ticks;
                timer.Sequence = ++_armings;
                _armed.Add(timer);
            }
        }

        _conditions.OnChanged();
        if (dueTime == TimeSpan.Zero)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static time => time.Advance(TimeSpan.Zero), this, preferLocal: false);
        }

        return true;
    }

    internal void Disarm(FakeTimer timer)
    {
        lock (_gate)
        {
            timer.IsDisposed = true;
            _armed.Remove(timer);
        }

        _conditions.OnChanged();
    }

    private FakeTimer? TakeDue(long target)
    {
        lock (_gate)
        {
            if (_armed.Min is not { } next || next.Due > target)
            {
                // A callback may have advanced the clock beyond this already.
                _elapsed = Math.Max(_elapsed, target);
                return null;
            }

            _armed.Remove(next);
            _elapsed = Math.Max(_elapsed, next.Due);
            if (next.Period > 0)
            {
                next.Due += next.Period;
                next.Sequence = ++_armings;
                _armed.Add(next);
            }

            next.OnFiring();
            return next;
        }
    }
}

namespace EventWatcher.Docker.Tests;

/// <summary>The engine's own clock: the provider's time plus an offset, and it can stand still.</summary>
internal sealed class EngineClock(TimeProvider provider)
{
    private readonly Lock _gate = new();
    private TimeSpan _offset;
    private DateTimeOffset? _pausedAt;
    private long _lastTicks;
    private long _withinTick;

    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                return Read();
            }
        }
    }

    /// <summary>Steps the clock, forwards or (negative) backwards.</summary>
    public void Step(TimeSpan by)
    {
        lock (_gate)
        {
            _offset += by;
        }
    }

    public void Pause()
    {
        lock (_gate)
        {
            _pausedAt ??= provider.GetUtcNow();
        }
    }

    public void Resume()
    {
        lock (_gate)
        {
            _pausedAt = null;
        }
    }

    /// <summary>
    /// Nanoseconds since the epoch. A real engine's clock is finer than .NET's ticks, so that two events hardly ever share
    /// a time: readings within one tick differ here by a nanosecond each.
    /// </summary>
    public long NextNano()
    {
        lock (_gate)
        {
            var ticks = Read().UtcTicks;
            _withinTick = ticks == _lastTicks ? _withinTick + 1 : 0;
            _lastTicks = ticks;
            return ToNano(ticks) + _withinTick;
        }
    }

    public static long ToNano(DateTimeOffset time) => ToNano(time.UtcTicks);

    private static long ToNano(long ticks) => (ticks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;

    private DateTimeOffset Read() => (_pausedAt ?? provider.GetUtcNow()) + _offset;
}

namespace EventWatcher.Files;

/// <summary>Wakes a watcher's loop when the next name is due; by the reader's own clock where that is finer. For one thread.</summary>
internal sealed class LoopTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action _ring;
    private readonly AlarmClock? _alarms;
    private readonly Alarm _alarm;
    private readonly ITimer? _timer;
    private long _armed = long.MaxValue;
    private volatile bool _isDisposed;

    public LoopTimer(TimeProvider time, AlarmClock? alarms, Action wake)
    {
        _time = time;
        _ring = () =>
        {
            if (!_isDisposed)
            {
                // The framework's timers may ring a little early by this clock; then the same time is armed again.
                Volatile.Write(ref _armed, long.MaxValue);
                wake();
            }
        };
        _alarm = new Alarm(_ring);
        _alarms = ReferenceEquals(time, TimeProvider.System) ? alarms : null;
        _timer = _alarms is null
            ? time.CreateTimer(static state => ((Action)state!)(), _ring, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan)
            : null;
    }

    /// <summary>Arms it. An earlier time than before is armed too; a later one takes its turn when it rings.</summary>
    public void Set(long due)
    {
        var now = _time.GetTimestamp();
        if (due >= Volatile.Read(ref _armed))
        {
            return;
        }

        Volatile.Write(ref _armed, due);
        if (_alarms is not null)
        {
            _alarms.Set(_alarm, due);
            return;
        }

        var left = _time.GetElapsedTime(now, due);

        // Rounded up, so that it never rings before its time.
        var wait = left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : TimeSpan.Zero;
        _timer!.Change(wait, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _alarms?.Withdraw(_alarm);
        _timer?.Dispose();
    }
}

namespace EventWatcher.Files;

/// <summary>
/// Timers of the reader thread. The framework's fire up to four milliseconds late, which is more than everything else
/// between a file's close and its report. Thread-safe.
/// </summary>
internal sealed class AlarmClock(Action wake)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Alarm, long> _alarms = new();
    private long _armed = long.MaxValue;

    /// <summary>Rings once at a timestamp of <see cref="TimeProvider.System"/>.</summary>
    public void Set(Action ring, long due)
    {
        lock (_gate)
        {
            _alarms.Enqueue(new Alarm(ring), due);
            if (due >= _armed)
            {
                return;
            }

            _armed = due;
        }

        wake();
    }

    /// <summary>Rings what is due.</summary>
    /// <returns>Nanoseconds to the next; negative where there is none.</returns>
    public long RingDue()
    {
        while (true)
        {
            Alarm alarm;
            lock (_gate)
            {
                if (!_alarms.TryPeek(out alarm, out var due))
                {
                    _armed = long.MaxValue;
                    return -1;
                }

                var left = due - TimeProvider.System.GetTimestamp();
                if (left > 0)
                {
                    _armed = due;
                    return left * (1_000_000_000 / TimeProvider.System.TimestampFrequency);
                }

                _alarms.Dequeue();
            }

            alarm.Ring();
        }
    }

    private readonly record struct Alarm(Action Ring);
}

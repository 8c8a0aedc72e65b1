namespace EventWatcher.Files;

/// <summary>
/// Timers of the reader thread. The framework's fire up to four milliseconds late, which is more than everything else
/// between a file's close and its report. Thread-safe.
/// </summary>
internal sealed class AlarmClock(Action wake)
{
    private readonly Lock _gate = new();
    private readonly SortedSet<Alarm> _alarms = new(Alarm.ByTime);
    private long _armed = long.MaxValue;

    /// <summary>Gets how many are set.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _alarms.Count;
            }
        }
    }

    /// <summary>Lets an alarm ring once at a timestamp of <see cref="TimeProvider.System"/>, instead of when it was set to.</summary>
    public void Set(Alarm alarm, long due)
    {
        lock (_gate)
        {
            _alarms.Remove(alarm);
            alarm.Due = due;
            _alarms.Add(alarm);
            if (due >= _armed)
            {
                return;
            }

            _armed = due;
        }

        wake();
    }

    /// <summary>Takes an alarm back. One that is ringing on the reader may still be heard.</summary>
    public void Withdraw(Alarm alarm)
    {
        lock (_gate)
        {
            _alarms.Remove(alarm);
        }
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
                if (_alarms.Min is not { } first)
                {
                    _armed = long.MaxValue;
                    return -1;
                }

                var left = first.Due - TimeProvider.System.GetTimestamp();
                if (left > 0)
                {
                    _armed = first.Due;
                    return left * (1_000_000_000 / TimeProvider.System.TimestampFrequency);
                }

                alarm = first;
                _alarms.Remove(alarm);
            }

            alarm.Ring();
        }
    }
}

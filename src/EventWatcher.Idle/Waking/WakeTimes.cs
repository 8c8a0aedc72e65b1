namespace EventWatcher.Idle;

/// <summary>How long a container's latest wakes took. Used by one thread at a time; reading is safe from anywhere.</summary>
internal sealed class WakeTimes
{
    private const int Remembered = 8;

    private readonly Queue<TimeSpan> _latest = new(Remembered);
    private long _expectedTicks;

    /// <summary>Gets the median of the latest; zero where there was none.</summary>
    public TimeSpan Expected => TimeSpan.FromTicks(Volatile.Read(ref _expectedTicks));

    public void Add(TimeSpan duration)
    {
        if (_latest.Count == Remembered)
        {
            _latest.Dequeue();
        }

        _latest.Enqueue(duration);
        Volatile.Write(ref _expectedTicks, _latest.Order().ElementAt(_latest.Count / 2).Ticks);
    }
}

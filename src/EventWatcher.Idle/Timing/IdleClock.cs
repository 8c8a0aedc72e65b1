namespace EventWatcher.Idle;

/// <summary>Timestamps of a <see cref="TimeProvider"/>, and arithmetic on them.</summary>
internal sealed class IdleClock(TimeProvider provider)
{
    /// <summary>Later than any moment that is waited for.</summary>
    public const long Never = long.MaxValue;

    // How far the system's counter may lag, in milliseconds: a tick of Windows, 15.625, and what is cut off to make it a
    // whole number. Those of others are shorter.
    private const long CoarseLag = 17;

    private readonly double _ticksPerSecond = provider.TimestampFrequency;
    private readonly bool _isSystem = ReferenceEquals(provider, TimeProvider.System);

    public TimeProvider Provider => provider;

    /// <summary>Waits.</summary>
    public Task DelayAsync(TimeSpan span, CancellationToken cancellationToken) => ClockDelay.WaitAsync(provider, span, cancellationToken);

    public long Now => provider.GetTimestamp();

    /// <summary>Gets a reading for what is done with every request: some milliseconds old, at a third of the cost of <see cref="Now"/>.</summary>
    public long Coarse => _isSystem ? Environment.TickCount64 : provider.GetTimestamp();

    public long After(TimeSpan span) => Add(Now, span);

    public long Add(long timestamp, TimeSpan span)
    {
        // Durations are validated to stay far below the end of the range.
        return timestamp + (long)(span.TotalSeconds * _ticksPerSecond);
    }

    /// <summary>Makes a timestamp of a coarse reading: some milliseconds late, never early.</summary>
    public long FromCoarse(long reading)
    {
        if (!_isSystem)
        {
            return reading;
        }

        // In this order: whatever comes between the two makes it later.
        var age = LeastAge(reading, Environment.TickCount64);
        var now = Now;
        return age > 0 ? Add(now, -TimeSpan.FromMilliseconds(age)) : now;
    }

    /// <summary>Returns how many milliseconds old a coarse reading is at least; below zero where that is unknown.</summary>
    internal static long LeastAge(long reading, long counter) => counter - reading - CoarseLag;

    public TimeSpan Between(long from, long to) => provider.GetElapsedTime(from, to);

    public TimeSpan Since(long timestamp) => provider.GetElapsedTime(timestamp);

    public DateTimeOffset ToUtc(long timestamp) => provider.GetUtcNow() - Since(timestamp);
}

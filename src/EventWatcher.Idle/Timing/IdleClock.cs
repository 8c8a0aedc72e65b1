namespace EventWatcher.Idle;

/// <summary>Timestamps of a <see cref="TimeProvider"/>, and arithmetic on them.</summary>
internal sealed class IdleClock(TimeProvider provider)
{
    /// <summary>Later than any moment that is waited for.</summary>
    public const long Never = long.MaxValue;

    private readonly double _ticksPerSecond = provider.TimestampFrequency;

    public TimeProvider Provider => provider;

    /// <summary>Waits.</summary>
    public Task DelayAsync(TimeSpan span, CancellationToken cancellationToken) => ClockDelay.WaitAsync(provider, span, cancellationToken);

    public long Now => provider.GetTimestamp();

    public long After(TimeSpan span) => Add(Now, span);

    public long Add(long timestamp, TimeSpan span)
    {
        // Durations are validated to stay far below the end of the range.
        return timestamp + (long)(span.TotalSeconds * _ticksPerSecond);
    }

    public TimeSpan Between(long from, long to) => provider.GetElapsedTime(from, to);

    public TimeSpan Since(long timestamp) => provider.GetElapsedTime(timestamp);

    public DateTimeOffset ToUtc(long timestamp) => provider.GetUtcNow() - Since(timestamp);
}

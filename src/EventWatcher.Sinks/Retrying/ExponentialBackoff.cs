namespace EventWatcher.Sinks;

/// <summary>
/// Waits after failures in a row for a random time, evenly from zero to a bound that doubles with each: base + factor ×
/// 2ⁿ⁻¹ after the n-th, at most the maximum ("full jitter").
/// </summary>
/// <remarks>Never gives an item up. Thread-safe; may be shared by sinks of one target.</remarks>
public sealed class ExponentialBackoff : RetryStrategy
{
    private const int ShiftBits = 62;

    private readonly TimeSpan _base;
    private readonly TimeSpan _factor;
    private readonly TimeSpan _maximum;
    private readonly Random _random;
    private long _failures;

    /// <summary>Initializes a back-off.</summary>
    /// <param name="base">What is always in the bound; 1 second by default. Zero or longer.</param>
    /// <param name="factor">What is doubled; 1 second by default. Zero or longer.</param>
    /// <param name="maximum">The largest bound; 20 seconds by default. Longer than zero, at most 24 days.</param>
    /// <param name="random">The chance, for tests; it must be thread-safe. Null for <see cref="Random.Shared"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public ExponentialBackoff(TimeSpan? @base = null, TimeSpan? factor = null, TimeSpan? maximum = null, Random? random = null)
    {
        _base = @base ?? TimeSpan.FromSeconds(1);
        _factor = factor ?? TimeSpan.FromSeconds(1);
        _maximum = maximum ?? TimeSpan.FromSeconds(20);
        ArgumentOutOfRangeException.ThrowIfLessThan(_base, TimeSpan.Zero, nameof(@base));
        ArgumentOutOfRangeException.ThrowIfLessThan(_factor, TimeSpan.Zero, nameof(factor));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_maximum, TimeSpan.Zero, nameof(maximum));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_maximum, SinkOptionsValidator.Longest, nameof(maximum));
        _random = random ?? Random.Shared;
    }

    /// <summary>Returns the bound after so many failures in a row.</summary>
    /// <param name="failures">How many; zero or more.</param>
    /// <returns>The bound: zero for none, else at most the maximum, however many they are.</returns>
    public TimeSpan BoundAfter(long failures)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(failures);
        if (failures == 0)
        {
            return TimeSpan.Zero;
        }

        // In 128 bits: ticks times 2⁶² fit, and beyond that the maximum was reached long ago, or the factor is zero.
        var bound = (Int128)_base.Ticks + ((Int128)_factor.Ticks << (int)Math.Min(failures - 1, ShiftBits));
        return bound >= _maximum.Ticks ? _maximum : TimeSpan.FromTicks((long)bound);
    }

    /// <inheritdoc/>
    public override TimeSpan Proceed()
    {
        var bound = BoundAfter(Interlocked.Read(ref _failures)).Ticks;
#pragma warning disable CA5394 // Jitter is no secret.
        return bound == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(_random.NextInt64(bound));
#pragma warning restore CA5394
    }

    /// <inheritdoc/>
    public override bool Failure(Exception exception)
    {
        Interlocked.Increment(ref _failures);
        return false;
    }

    /// <inheritdoc/>
    public override void Success() => Interlocked.Exchange(ref _failures, 0);
}

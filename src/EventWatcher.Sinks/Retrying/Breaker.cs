namespace EventWatcher.Sinks;

/// <summary>Tries again at once, until so many attempts have failed in a row; then waits so long after each failure, until one succeeds.</summary>
/// <remarks>Never gives an item up. Thread-safe; may be shared by sinks of one target.</remarks>
public sealed class Breaker : RetryStrategy
{
    private readonly Lock _gate = new();
    private readonly int _threshold;
    private readonly TimeSpan _backoff;
    private readonly TimeProvider _timeProvider;
    private int _recentFailures;
    private long _lastFailure;

    /// <summary>Initializes a breaker.</summary>
    /// <param name="threshold">How many failures in a row open it; at least 1.</param>
    /// <param name="backoff">How long it waits after a failure while it is open; zero to 24 days.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public Breaker(int threshold, TimeSpan backoff, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoff, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(backoff, SinkOptionsValidator.Longest);
        _threshold = threshold;
        _backoff = backoff;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public override TimeSpan Proceed()
    {
        lock (_gate)
        {
            return _recentFailures < _threshold ? TimeSpan.Zero : _backoff - _timeProvider.GetElapsedTime(_lastFailure);
        }
    }

    /// <inheritdoc/>
    public override bool Failure(Exception exception)
    {
        lock (_gate)
        {
            // Beyond the threshold it makes no difference, and a counter that runs over would close the breaker.
            _recentFailures = Math.Min(_recentFailures + 1, _threshold);
            _lastFailure = _timeProvider.GetTimestamp();
            return false;
        }
    }

    /// <inheritdoc/>
    public override void Success()
    {
        lock (_gate)
        {
            _recentFailures = 0;
        }
    }
}

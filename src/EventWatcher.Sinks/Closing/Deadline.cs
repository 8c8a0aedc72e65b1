namespace EventWatcher.Sinks;

/// <summary>By when a closing must be done. It can be brought forward, never put off.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _expired = new();
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private TimeSpan _timeout = Timeout.InfiniteTimeSpan;
    private ITimer? _timer;
    private bool _isDisposed;

    public Deadline(TimeProvider timeProvider, TimeSpan timeout)
    {
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();
        BringForward(timeout);
    }

    /// <summary>Gets the token that is cancelled when the time is up.</summary>
    public CancellationToken Token => _expired.Token;

    /// <summary>Gets what is left; zero when the time is up.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_gate)
            {
                if (_timeout == Timeout.InfiniteTimeSpan)
                {
                    return _timeout;
                }

                var left = _timeout - _timeProvider.GetElapsedTime(_started);
                return _expired.IsCancellationRequested || left < TimeSpan.Zero ? TimeSpan.Zero : left;
            }
        }
    }

    /// <summary>Gives at most this long from now on.</summary>
    public void BringForward(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        lock (_gate)
        {
            var due = _timeProvider.GetElapsedTime(_started) + timeout;
            if (_isDisposed || (_timeout != Timeout.InfiniteTimeSpan && due >= _timeout))
            {
                return;
            }

            _timeout = due;
            _timer?.Dispose();
            _timer = timeout > TimeSpan.Zero
                ? _timeProvider.CreateTimer(static deadline => ((Deadline)deadline!).Expire(), this, timeout, Timeout.InfiniteTimeSpan)
                : null;
        }

        if (timeout == TimeSpan.Zero)
        {
            Expire();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void Expire() => _expired.Cancel();
}

namespace EventWatcher.Idle;

/// <summary>The lease of a connection: held from its beginning to its end, or, where silence counts, while bytes are carried.</summary>
/// <param name="watcher">The container.</param>
/// <param name="lease">The lease to begin with.</param>
/// <param name="maxSilence">After what time without a byte it is given back; null for never.</param>
/// <param name="clock">The clock.</param>
/// <param name="timer">The timer.</param>
internal sealed class SilenceWatch(IdleWatcher watcher, IdleLease lease, TimeSpan? maxSilence, IdleClock clock, SharedTimer timer) : ITimed, IDisposable
{
    private readonly Lock _gate = new();
    private IdleLease _lease = lease;
    private long _lastByte = clock.Now;
    private bool _isEnded;

    public int PlaceInTimer { get; set; }

    public void Begin()
    {
        if (maxSilence is { } silence)
        {
            timer.Schedule(this, clock.After(silence));
        }
    }

    /// <summary>Bytes have come: the lease is taken again where it was given back.</summary>
    public ValueTask OnBytesAsync(CancellationToken cancellationToken)
    {
        if (maxSilence is null)
        {
            return ValueTask.CompletedTask;
        }

        lock (_gate)
        {
            _lastByte = clock.Now;
            if (_lease.IsHeld || _isEnded)
            {
                return ValueTask.CompletedTask;
            }
        }

        return new ValueTask(TakeAgainAsync(cancellationToken));
    }

    public void OnTime()
    {
        lock (_gate)
        {
            if (_isEnded || !_lease.IsHeld || maxSilence is not { } silence)
            {
                return;
            }

            var due = clock.Add(_lastByte, silence);
            if (due > clock.Now)
            {
                timer.Schedule(this, due);
            }
            else
            {
                _lease.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isEnded = true;
            _lease.Dispose();
        }

        if (maxSilence is not null)
        {
            timer.Forget(this);
        }
    }

    private async Task TakeAgainAsync(CancellationToken cancellationToken)
    {
        var taken = await watcher.AcquireAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_isEnded || _lease.IsHeld)
            {
                taken.Dispose();
                return;
            }

            _lease = taken;
            _lastByte = clock.Now;
        }

        Begin();
    }
}

namespace EventWatcher.Idle;

// What users call: leases, touches, waking, sleeping.
public sealed partial class IdleWatcher
{
    private int _demandIsPosted;

    /// <summary>Takes a lease where the container is ready. Never waits, wakes nothing.</summary>
    /// <param name="lease">The lease; the default value where false is returned.</param>
    /// <returns>Whether there is a lease.</returns>
    public bool TryAcquire(out IdleLease lease)
    {
        var gate = _gate;
        if (gate.TryEnter())
        {
            lease = new IdleLease(gate);
            return true;
        }

        lease = default;
        return false;
    }

    /// <summary>Takes a lease, waking the container where it sleeps.</summary>
    /// <param name="cancellationToken">Ends this waiting alone; the wake goes on.</param>
    /// <returns>The lease.</returns>
    /// <exception cref="IdleRefusedException">There is none; it says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<IdleLease> AcquireAsync(CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.IsCancellationRequested && TryAcquire(out var lease))
        {
            return new ValueTask<IdleLease>(lease);
        }

        return WaitOrThrowAsync(cancellationToken);
    }

    /// <summary>Takes a lease, waking the container where it sleeps; a refusal is a result and no exception.</summary>
    /// <param name="cancellationToken">Ends this waiting alone; the wake goes on.</param>
    /// <returns>The lease, or why there is none.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<IdleAdmission> AdmitAsync(CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.IsCancellationRequested && TryAcquire(out var lease))
        {
            return new ValueTask<IdleAdmission>(new IdleAdmission(lease));
        }

        return new ValueTask<IdleAdmission>(WaitAsync(cancellationToken));
    }

    /// <summary>Wakes the container and waits until it is ready, without keeping it awake beyond its idle time.</summary>
    /// <param name="cancellationToken">Ends this waiting alone; the wake goes on.</param>
    /// <returns>Completes when it is ready.</returns>
    /// <exception cref="IdleRefusedException">It could not be woken; it says why.</exception>
    public async Task WakeAsync(CancellationToken cancellationToken = default)
    {
        using var lease = await AcquireAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a lease of fixed length, for those who can only tell that a use began. Wakes the container where it sleeps.</summary>
    /// <param name="duration">For how long; the idle time counts from its end. A touch never shortens an earlier one.</param>
    /// <param name="cancellationToken">Ends this waiting alone; the wake goes on.</param>
    /// <returns>Completes when the container is ready and touched.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative or more than a day.</exception>
    /// <exception cref="IdleRefusedException">It could not be woken; it says why.</exception>
    public async Task TouchAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        CheckTouch(duration);
        using var lease = await AcquireAsync(cancellationToken).ConfigureAwait(false);
        ExtendTouch(duration);
    }

    /// <summary>Takes a lease of fixed length where the container is ready. Never waits, wakes nothing.</summary>
    /// <param name="duration">For how long; the idle time counts from its end. A touch never shortens an earlier one.</param>
    /// <returns>Whether the container was ready and is touched.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative or more than a day.</exception>
    public bool TryTouch(TimeSpan duration)
    {
        CheckTouch(duration);
        if (!TryAcquire(out var lease))
        {
            return false;
        }

        // Held while it is written, so that no stop comes in between.
        ExtendTouch(duration);
        lease.Dispose();
        return true;
    }

    /// <summary>Puts the container to sleep now, without waiting for its idle time.</summary>
    /// <param name="cancellationToken">Ends this waiting; the stop goes on.</param>
    /// <returns>
    /// Whether it sleeps. False where it is in use (a lease, a touch, another container that needs it, somebody who
    /// waits), is being woken, or could not be stopped. <see cref="IdleContainerOptions.StopVeto"/> and
    /// <see cref="IdleContainerOptions.MinUptime"/> are not asked.
    /// </returns>
    public async Task<bool> SleepAsync(CancellationToken cancellationToken = default)
    {
        var asked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(static (watcher, state) => watcher.OnSleepAsked((TaskCompletionSource<bool>)state!), asked);
        return await asked.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal void OnQueuedLeaseReleased(LeaseGate gate)
    {
        gate.HavePassed();
        PostDemand();
    }

    private static void CheckTouch(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, TimeSpan.FromDays(1));
    }

    private void ExtendTouch(TimeSpan duration)
    {
        var until = _clock.After(duration);
        var before = Volatile.Read(ref _touchedUntil);
        while (before < until && Interlocked.CompareExchange(ref _touchedUntil, until, before) is var seen && seen != before)
        {
            before = seen;
        }
    }

    private async ValueTask<IdleLease> WaitOrThrowAsync(CancellationToken cancellationToken)
    {
        var admission = await WaitAsync(cancellationToken).ConfigureAwait(false);
        return admission.IsAdmitted ? admission.Lease : throw new IdleRefusedException(admission.Refusal);
    }

    private async Task<IdleAdmission> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryWait(out var refusal) is not { } waiter)
        {
            return new IdleAdmission(refusal!);
        }

        IdleTelemetry.WaitingBegan();
        try
        {
            var registration = cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var waiter = (Waiter)state!;
                    waiter.Room.Remove(waiter);
                    waiter.TrySetCanceled(token);
                },
                waiter);
            await using (registration.ConfigureAwait(false))
            {
                return await waiter.Task.ConfigureAwait(false);
            }
        }
        finally
        {
            IdleTelemetry.WaitingEnded();
        }
    }

    /// <summary>Lets somebody in to wait, and sees to it that the container is woken.</summary>
    internal Waiter? TryWait(out IdleRefusal? refusal)
    {
        var options = _options;
        var waiter = _room.TryAdd(_clock.After(options.HoldLimit), options.MaxWaiting, out var reason);
        refusal = null;
        if (waiter is null)
        {
            refusal = reason == IdleRefusalReason.ShuttingDown ? ShuttingDown() : Refuse(
                IdleRefusalReason.TooManyWaiting,
                $"Too many wait for {Name} already ({options.MaxWaiting} may, and {_services.Budget.Limit} for all containers together).");
            IdleTelemetry.Refused(reason);
            return null;
        }

        PostDemand();
        return waiter;
    }

    private void PostDemand()
    {
        if (Interlocked.Exchange(ref _demandIsPosted, 1) == 0)
        {
            Post(static (watcher, _) => watcher.OnDemand(), state: null);
        }
    }

    private IdleRefusal ShuttingDown() => Refuse(IdleRefusalReason.ShuttingDown, $"{Name} is no longer managed here, or the process stops.");

    private IdleRefusal Refuse(IdleRefusalReason reason, string message, Exception? cause = null, string? dependency = null) => new()
    {
        Reason = reason,
        Container = Name,
        Message = message,
        Cause = cause,
        Dependency = dependency,
        RetryAfter = RetryAfter(),
    };

    // What is left of a wake that takes as long as the latest ones did, in whole seconds.
    private TimeSpan RetryAfter()
    {
        var expected = ExpectedWakeTime;
        if (_state is LifecycleState.Waking or LifecycleState.Starting)
        {
            expected -= _clock.Since(Volatile.Read(ref _wakeStartedAt));
        }

        return TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(expected.TotalSeconds), 1, 60));
    }
}

namespace EventWatcher.Idle;

// Falling asleep.
public sealed partial class IdleWatcher
{
    private static readonly TimeSpan FirstStopRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestStopRetry = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan VetoTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstKillPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestKillPause = TimeSpan.FromMilliseconds(500);

    private Task _stopFlight = Task.CompletedTask;
    private long _graceFrom;
    private long _stopNotBefore = long.MinValue;
    private int _stopFailures;
    private bool _isAskingVeto;
    private CancellationTokenSource? _vetoCancellation;
    private Exception? _stopFailure;

    /// <summary>Returns when the container is to sleep, if nobody uses it meanwhile.</summary>
    private long IdleDue()
    {
        var options = _options;
        var isForOthersOnly = options.IdleTimeout == Timeout.InfiniteTimeSpan;
        if ((!options.SleepsByItself && !(isForOthersOnly && _hadDependents)) || _dependents > 0 || _isAskingVeto)
        {
            return IdleClock.Never;
        }

        var gate = _gate;
        var idle = isForOthersOnly ? TimeSpan.Zero : options.IdleTimeout;
        if (gate.Count > 0)
        {
            // Looked at again when it may be over; its release tells nobody, so as to cost nothing.
            return _clock.After(idle > TimeSpan.Zero ? idle : TimeSpan.FromSeconds(1));
        }

        var lastUse = Math.Max(Math.Max(gate.LastRelease, Volatile.Read(ref _graceFrom)), Volatile.Read(ref _touchedUntil));
        return Math.Max(
            Math.Max(_clock.Add(lastUse, idle), _clock.Add(Volatile.Read(ref _readyAt), options.MinUptime)),
            _stopNotBefore);
    }

    private void CheckIdle(long now)
    {
        // Waiting: let through one after the other, and not yet all.
        if (_gate.Count > 0 || _room.Count > 0 || IdleDue() > now)
        {
            return;
        }

        if (_options.StopVeto is { } veto && _state is LifecycleState.Ready)
        {
            AskVeto(veto);
            return;
        }

        Apply(LifecycleInput.IdleElapsed);
    }

    private void AskVeto(Func<IdleWatcher, CancellationToken, ValueTask<bool>> veto)
    {
        _isAskingVeto = true;
        var cancellation = _vetoCancellation = new CancellationTokenSource();
        _services.Launch(async () =>
        {
            var isVetoed = true;
            try
            {
                using var timeout = new CancellationTokenSource(VetoTimeout, _clock.Provider);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation.Token);
                isVetoed = await veto(this, linked.Token).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Log.VetoFailed(_services.Logger, Name, exception);
            }

            Post(static (watcher, state) => watcher.OnVeto((bool)state!), isVetoed);
        });
    }

    private void OnVeto(bool isVetoed)
    {
        _isAskingVeto = false;
        _vetoCancellation = null;
        if (isVetoed)
        {
            Volatile.Write(ref _graceFrom, _clock.Now);
        }
        else if (_state is LifecycleState.Ready && _gate.Count == 0 && _room.Count == 0 && IdleDue() <= _clock.Now)
        {
            Apply(LifecycleInput.IdleElapsed);
        }
    }

    // The second phase: nobody can come any more, so whoever is here now came before, as did who came and went meanwhile.
    private void ConfirmIdle()
    {
        var isAsked = _sleepers is { Count: > 0 };
        var isIdle = _heldAtClosing == 0
            && _room.Count == 0
            && _dependents == 0
            && Volatile.Read(ref _touchedUntil) <= _clock.Now
            && (isAsked || IdleDue() <= _clock.Now);
        Apply(isIdle ? LifecycleInput.IdleConfirmed : LifecycleInput.IdleRefuted);
    }

    private void BeginStop()
    {
        CancelLook();
        _isInDoubt = false;
        _stopFailure = null;
        var options = _options;
        Log.Stopping(_services.Logger, Name, options.StopMethod);
        var flight = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stopFlight = flight.Task;
        _services.Launch(async () =>
        {
            var failure = await RunStopAsync(options).ConfigureAwait(false);
            Post(static (watcher, state) => watcher.OnStopEnded((Exception?)state), failure);
            flight.TrySetResult();
        });
    }

    private async Task<Exception?> RunStopAsync(IdleContainerOptions options)
    {
        using var timeout = new CancellationTokenSource(options.StopTimeout + StopSlack, _clock.Provider);
        var token = timeout.Token;
        try
        {
            await _before.WaitAsync(token).ConfigureAwait(false);
            var id = await FindIdAsync(token).ConfigureAwait(false);
            switch (options.StopMethod)
            {
                case StopMethod.Pause:
                    await _services.Provider.PauseAsync(id, token).ConfigureAwait(false);
                    break;
                case StopMethod.Kill:
                    await KillAsync(id, options, token).ConfigureAwait(false);
                    break;
                default:
                    await _services.Provider.StopAsync(id, options.StopSignal, options.StopTimeout, token).ConfigureAwait(false);
                    break;
            }

            return null;
        }
        catch (ContainerNotFoundException)
        {
            // Nothing is left that could be stopped; what is there instead is looked at afterwards.
            _id = null;
            _isInDoubt = true;
            return null;
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested)
        {
            return new TimeoutException($"Stopping {Name} took longer than {options.StopTimeout + StopSlack}.", exception);
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    // A kill returns when the signal was sent. Where somebody, or a restart policy, has started it anew, there is no end to wait for.
    private async Task KillAsync(ContainerId id, IdleContainerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await _services.Provider.KillAsync(id, options.StopSignal, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerConflictException)
        {
            // It ended by itself meanwhile; the state below says so, or doesn't.
            await Task.CompletedTask.ConfigureAwait(false);
        }

        var pause = FirstKillPause;
        var began = _clock.Now;
        while (!(_isInDoubt && _clock.Since(began) >= KillHold)
            && await _services.Provider.GetStatusAsync(id, cancellationToken).ConfigureAwait(false) is ContainerStatus.Running or ContainerStatus.Starting)
        {
            await _clock.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestKillPause ? pause * 2 : LongestKillPause;
        }
    }

    private void OnStopEnded(Exception? failure)
    {
        if (failure is null)
        {
            _stopFailures = 0;
            _stopNotBefore = long.MinValue;
            _mayRun = false;
            IdleTelemetry.Slept();
            Apply(LifecycleInput.StopDone);
            if (_isInDoubt && _state is LifecycleState.Napping && !HasDemand)
            {
                _isInDoubt = false;
                Look();
            }

            return;
        }

        _stopFailure = failure;
        Apply(LifecycleInput.StopFailed);
    }

    private void StopLater()
    {
        var doubled = FirstStopRetry * Math.Pow(2, Math.Min(_stopFailures++, 10));
        var delay = doubled < LongestStopRetry ? doubled : LongestStopRetry;
        _stopNotBefore = _clock.After(delay);
        IdleTelemetry.StopFailed();
        Log.StopFailed(_services.Logger, Name, delay, _stopFailure);
    }
}

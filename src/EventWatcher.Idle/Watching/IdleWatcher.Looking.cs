namespace EventWatcher.Idle;

// What others do to the container: events are hints, and the provider's answer is the truth.
public sealed partial class IdleWatcher
{
    private static readonly TimeSpan FirstLookPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestLookPause = TimeSpan.FromSeconds(5);

    private CancellationTokenSource? _lookCancellation;
    private int _lookEpoch;
    private bool _isLooking;
    private bool _looksAgain;
    private volatile bool _isInDoubt;
    private string? _exitCode;

    /// <summary>Takes an event of this container's.</summary>
    internal void OnEvent(Event item) => Post(static (watcher, state) => watcher.Handle((Event)state!), item);

    /// <summary>Takes what a list of all containers said of this one; null where it was not in it.</summary>
    internal void OnListed(ContainerInfo? info) => Post(static (watcher, state) => watcher.Handle((ContainerInfo?)state), info);

    /// <summary>The container under this name is another one now.</summary>
    internal void OnBound(ContainerId id) => Post(
        static (watcher, state) =>
        {
            if (!string.Equals(watcher._id, (string)state!, StringComparison.Ordinal))
            {
                watcher._id = (string)state!;
                watcher.Apply(LifecycleInput.SawDestroy);
            }
        },
        id.Value);

    private void Handle(Event item)
    {
        // Flags may come together; each is a hint of its own.
        if (item.Action.Has(EventAction.ContainerDestroy))
        {
            if (_id is { } known && !string.Equals(item.ActorId, known, StringComparison.Ordinal))
            {
                return;
            }

            _id = null;
            Apply(LifecycleInput.SawDestroy);
        }

        if (item.Action.Has(EventAction.ContainerCreate))
        {
            Apply(LifecycleInput.SawCreate);
        }

        if (item.Action.Has(EventAction.ContainerKill) && IsEnding(item))
        {
            Apply(LifecycleInput.SawKill);
        }

        if (item.Action.Has(EventAction.ContainerDie | EventAction.ContainerStop | EventAction.ContainerPause))
        {
            if (item.Action.Has(EventAction.ContainerDie) && item.ActorAttributes.TryGetValue("exitCode", out var exitCode))
            {
                _exitCode = exitCode;
            }

            Apply(LifecycleInput.SawEnd);
        }

        if (item.Action.Has(EventAction.ContainerStart | EventAction.ContainerUnpause | EventAction.ContainerRestart))
        {
            _health = item.Action.Has(EventAction.ContainerStart) ? null : _health;
            Apply(LifecycleInput.SawStart);
        }

        if (item.Action.Has(EventAction.ContainerHealthy))
        {
            _health = true;
            Apply(LifecycleInput.Healthy);
        }

        if (item.Action.Has(EventAction.ContainerUnhealthy))
        {
            _health = false;
            OnUnhealthy("its health check says unhealthy");
        }
    }

    private void Handle(ContainerInfo? info)
    {
        if (info is null)
        {
            _id = null;
            Apply(_state is LifecycleState.Unknown ? LifecycleInput.LookedMissing : LifecycleInput.SawDestroy);
            return;
        }

        var isAnother = _id is not null && !string.Equals(_id, info.Id.Value, StringComparison.Ordinal);
        _id = info.Id.Value;
        if (isAnother)
        {
            Apply(LifecycleInput.SawDestroy);
            return;
        }

        var runs = info.Status is ContainerStatus.Running or ContainerStatus.Starting;
        switch (_state)
        {
            case LifecycleState.Unknown:
                OnLooked(info.Status);
                break;
            case LifecycleState.Napping or LifecycleState.Failed or LifecycleState.Stopping when runs:
                Apply(LifecycleInput.SawStart);
                break;
            case LifecycleState.Napping when _gate.Count > 0:
                // Paused under its leases, and stopped since, perhaps.
                Apply(LifecycleInput.SawEnd);
                break;
            case LifecycleState.Error:
                // It was missing or dead, and is there.
                Apply(runs ? LifecycleInput.SawStart : LifecycleInput.SawCreate);
                break;
            case LifecycleState.Waking or LifecycleState.GivingUp or LifecycleState.Starting or LifecycleState.Ready or LifecycleState.Ending when !runs:
                Apply(LifecycleInput.SawEnd);
                break;
            case LifecycleState.Ready:
                // Something was missed: it may have been started anew, and be elsewhere.
                _addresses = new();
                break;
            default:
                // As it was believed to be.
                break;
        }
    }

    // A configuration is read anew on HUP, a log file opened anew on USR1: nobody ends by that.
    private bool IsEnding(Event item)
    {
        if (!item.ActorAttributes.TryGetValue("signal", out var text))
        {
            return true;
        }

        var name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        return name.ToUpperInvariant() is "TERM" or "15" or "KILL" or "9" or "INT" or "2" or "QUIT" or "3" or "ABRT" or "6" or "WINCH" or "28" or "RTMIN+3" or "37"
            || (_options.StopSignal is { } own && name.Equals(own.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? own[3..] : own, StringComparison.OrdinalIgnoreCase));
    }

    private void Look()
    {
        if (_isLooking)
        {
            // What is being answered may be older than the hint.
            _looksAgain = true;
            return;
        }

        _isLooking = true;
        _looksAgain = false;
        var epoch = _lookEpoch;
        var cancellation = _lookCancellation = new CancellationTokenSource();
        _services.Launch(async () =>
        {
            if (await LookAsync(cancellation.Token).ConfigureAwait(false) is { } status)
            {
                Post(static (watcher, state) => watcher.OnLooked(((int, ContainerStatus))state!), (epoch, status));
            }
        });
    }

    private void CancelLook()
    {
        _lookEpoch++;
        _isLooking = false;
        _looksAgain = false;
        _lookCancellation?.Cancel();
        _lookCancellation = null;
    }

    private async Task<ContainerStatus?> LookAsync(CancellationToken cancellationToken)
    {
        var pause = FirstLookPause;
        while (true)
        {
            try
            {
                var id = _id is { } known ? new ContainerId(known) : await _services.FindId(Name, cancellationToken).ConfigureAwait(false);
                if (id is not { } found)
                {
                    return ContainerStatus.Missing;
                }

                _id = found.Value;
                return await _services.Provider.GetStatusAsync(found, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception exception)
            {
                Log.LookFailed(_services.Logger, Name, exception);
            }

            try
            {
                await _clock.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            pause = pause * 2 < LongestLookPause ? pause * 2 : LongestLookPause;
        }
    }

    private void OnLooked((int Epoch, ContainerStatus Status) looked)
    {
        if (looked.Epoch != _lookEpoch)
        {
            return;
        }

        _isLooking = false;
        if (_looksAgain)
        {
            Look();
            return;
        }

        OnLooked(looked.Status);
    }

    private void OnLooked(ContainerStatus status)
    {
        var before = _state;
        switch (status)
        {
            case ContainerStatus.Running or ContainerStatus.Starting:
                Apply(LifecycleInput.LookedRunning);
                break;
            case ContainerStatus.Paused:
                _mayRun = false;
                Apply(LifecycleInput.LookedPaused);
                break;
            case ContainerStatus.Missing:
                _id = null;
                OnUnusable(LifecycleInput.LookedMissing, IdleRefusalReason.NotFound, $"There is no container {Name}.");
                break;
            case ContainerStatus.Error:
                OnUnusable(LifecycleInput.LookedDead, IdleRefusalReason.StartFailed, $"Container {Name} is dead, or being removed.");
                break;
            default:
                _mayRun = false;
                Apply(before is LifecycleState.Starting ? EndedWhileStarting() : LifecycleInput.LookedStopped);
                break;
        }

        if (_state is LifecycleState.Napping && before is LifecycleState.Ready or LifecycleState.Ending or LifecycleState.Checking)
        {
            Log.EndedOutside(_services.Logger, Name);
        }
    }

    private void OnUnusable(LifecycleInput input, IdleRefusalReason reason, string message)
    {
        var before = _state;
        _mayRun = false;
        _failure = Refuse(reason, message);
        Apply(input);
        if (_state is LifecycleState.Error && before is not LifecycleState.Error)
        {
            _detail = message;
            Log.Unusable(_services.Logger, Name, message);
        }
    }

    private LifecycleInput EndedWhileStarting()
    {
        if (_runsToItsEnd)
        {
            if (_exitCode is null or "0")
            {
                return LifecycleInput.Completed;
            }

            _failure = Refuse(IdleRefusalReason.EndedEarly, $"{Name} ran to its end and failed with exit code {_exitCode}.");
            return LifecycleInput.EndedAgain;
        }

        if (!HasDemand)
        {
            // Somebody started it and somebody stopped it; nobody waits.
            return LifecycleInput.LookedStopped;
        }

        if (_hasStartedOnceMore)
        {
            _failure = Refuse(
                IdleRefusalReason.EndedEarly,
                _exitCode is null ? $"{Name} ended before it was ready, twice." : $"{Name} ended before it was ready, twice; the last time with exit code {_exitCode}.");
            return LifecycleInput.EndedAgain;
        }

        _hasStartedOnceMore = true;
        Log.StartedOnceMore(_services.Logger, Name);
        return LifecycleInput.EndedEarly;
    }
}

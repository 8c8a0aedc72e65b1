namespace EventWatcher.Idle;

// What others do to the container: events are hints, and the provider's answer is the truth.
public sealed partial class IdleWatcher
{
    private static readonly TimeSpan FirstLookPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestLookPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartIsToldWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RestartIsToldWithin = TimeSpan.FromSeconds(2);
    private const int MaxEndsUntold = 5;

    private CancellationTokenSource? _lookCancellation;
    private int _lookEpoch;
    private bool _isLooking;
    private bool _looksAgain;
    private volatile bool _isInDoubt;
    private string? _exitCode;
    private int _endsUntold;

    // How many of our own starts no event has told of yet: what is told of before them happened before them. A lost event is waited for no longer.
    private int _startsUntold;
    private long _startsToldBy = long.MinValue;

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
            _startsUntold = 0;
            Apply(LifecycleInput.SawDestroy);
        }

        var isLate = IsLate;
        if (item.Action.Has(EventAction.ContainerCreate))
        {
            Apply(LifecycleInput.SawCreate);
        }

        if (item.Action.Has(EventAction.ContainerKill) && !isLate && IsEnding(item))
        {
            Apply(LifecycleInput.SawKill);
        }

        if (item.Action.Has(EventAction.ContainerDie | EventAction.ContainerStop | EventAction.ContainerPause))
        {
            if (!isLate && item.Action.Has(EventAction.ContainerDie | EventAction.ContainerStop))
            {
                _exitCode = item.ActorAttributes.TryGetValue("exitCode", out var exitCode) ? exitCode : _exitCode ?? "";
            }

            Apply(isLate ? LifecycleInput.SawLateEnd : LifecycleInput.SawEnd);
        }

        if (item.Action.Has(EventAction.ContainerStart | EventAction.ContainerUnpause | EventAction.ContainerRestart))
        {
            OnStartTold(item.Action);
            isLate = IsLate;
            _health = item.Action.Has(EventAction.ContainerStart) ? null : _health;
            Apply(item.Action.Has(EventAction.ContainerStart | EventAction.ContainerRestart) ? LifecycleInput.SawNewRun : LifecycleInput.SawStart);
        }

        if (isLate)
        {
            // Of the health of a run that is over.
            return;
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

    private bool IsLate => _startsUntold > 0 && _clock.Now < _startsToldBy;

    private void OnStartTold(EventAction action)
    {
        // While our start is under way its event may be faster than its answer.
        if (action.Has(EventAction.ContainerStart | EventAction.ContainerUnpause) && (IsLate || _state is LifecycleState.Waking or LifecycleState.GivingUp))
        {
            _startsUntold--;
        }
    }

    private void ExpectStart(TimeSpan within)
    {
        _startsUntold = _startsUntold < 0 || IsLate ? _startsUntold + 1 : 1;
        _startsToldBy = _clock.After(within);
    }

    private void Handle(ContainerInfo? info)
    {
        if (info is null)
        {
            _id = null;
            Apply(_state is LifecycleState.Unknown ? LifecycleInput.LookedMissing : LifecycleInput.SawEnd);
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
            case LifecycleState.Unknown when !_before.IsCompleted:
                Look();
                break;
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
            if (await LookAsync(cancellation.Token).ConfigureAwait(false) is var (status, id))
            {
                Post(static (watcher, state) => watcher.OnLooked(((int, ContainerStatus, string?))state!), (epoch, status, id));
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

    private async Task<(ContainerStatus Status, string? Id)?> LookAsync(CancellationToken cancellationToken)
    {
        var pause = FirstLookPause;
        await _before.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (true)
        {
            try
            {
                var id = _id is { } known ? new ContainerId(known) : await _services.FindId(Name, cancellationToken).ConfigureAwait(false);
                if (id is not { } found)
                {
                    return (ContainerStatus.Missing, null);
                }

                return (await _services.Provider.GetStatusAsync(found, cancellationToken).ConfigureAwait(false), found.Value);
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

    private void OnLooked((int Epoch, ContainerStatus Status, string? Id) looked)
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

        // Only now: what was told meanwhile is newer.
        _id ??= looked.Id;
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
                OnLookedStopped(before);
                break;
        }

        if (_state is LifecycleState.Napping && before is LifecycleState.Ready or LifecycleState.Ending or LifecycleState.Checking)
        {
            Log.EndedOutside(_services.Logger, Name);
        }
    }

    private void OnLookedStopped(LifecycleState before)
    {
        if (before is not LifecycleState.Starting)
        {
            _mayRun = false;
            Apply(LifecycleInput.LookedStopped);
        }
        else if (EndedWhileStarting() is { } ended)
        {
            _mayRun = false;
            Apply(ended);
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
            Log.Unusable(_services.Logger, Name, message.TrimEnd('.'));
        }
    }

    private LifecycleInput? EndedWhileStarting()
    {
        if (_runsToItsEnd)
        {
            if (_exitCode is "" or "0")
            {
                return LifecycleInput.Completed;
            }

            if (_exitCode is null)
            {
                // How it ended is told by its event alone, and that is on its way, or lost.
                if (++_endsUntold < MaxEndsUntold)
                {
                    return null;
                }

                _failure = Refuse(IdleRefusalReason.EndedEarly, $"{Name} ran to its end, and nothing told whether it failed.");
                return LifecycleInput.EndedAgain;
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

using System.Diagnostics;

namespace EventWatcher.Idle;

// Starting: first what it depends on, then the container itself. One flight at a time, on a token of the watcher's own.
public sealed partial class IdleWatcher
{
    private const int MaxTries = 3;
    private static readonly TimeSpan TryPause = TimeSpan.FromMilliseconds(250);

    private CancellationTokenSource? _wakeCancellation;
    private Task _wakeFlight = Task.CompletedTask;
    private Activity? _wakeActivity;
    private bool _isWaking;
    private bool _hasStartedOnceMore;
    private bool _mayRun;
    private long _wakeStartedAt;
    private long _wakeDeadline = IdleClock.Never;
    private long _sleptSince;

    private void BeginWake(bool isOnceMore)
    {
        if (!isOnceMore)
        {
            // Its parent would be whichever request happened to come first.
            var parent = Activity.Current;
            Activity.Current = null;
            _wakeActivity = IdleTelemetry.StartWake(Name);
            Activity.Current = parent;
            _isWaking = true;
            _hasStartedOnceMore = false;
            BeginWakeTime();
            IdleTelemetry.WakeBegan();
            if (_sleptSince != 0)
            {
                IdleTelemetry.SleepEnded(_clock.Since(_sleptSince));
            }

            Log.Waking(_services.Logger, Name);
            AddWakeEvent(WakeEventType.Starting, $"Waking {Name}.", _wakeStartedAt);
        }

        CancelLook();
        _isInDoubt = false;
        _health = null;
        _exitCode = null;
        _endsUntold = 0;
        _detail = "";
        var cancellation = _wakeCancellation = new CancellationTokenSource();
        var began = _wakeStartedAt;
        var flight = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _wakeFlight = flight.Task;
        _services.Launch(async () =>
        {
            var result = await RunWakeAsync(began, cancellation.Token).ConfigureAwait(false);
            Post(static (watcher, state) => watcher.OnWakeEnded((WakeResult)state!), result);
            flight.TrySetResult();
        });
    }

    private void BeginWakeTime()
    {
        Volatile.Write(ref _wakeStartedAt, _clock.Now);
        _wakeDeadline = _clock.After(_options.WakeTimeout);
    }

    private void OnWakeEnded(WakeResult result)
    {
        ReleaseDependencies();
        _holds = result.Holds;
        if (result.Refusal is { } refusal)
        {
            _failure = refusal;
            ExpectStart(StartIsToldWithin);
            _mayRun = false;
            Apply(LifecycleInput.WakeFailed);
            return;
        }

        if (_id is { } bound && !string.Equals(bound, result.Id.Value, StringComparison.Ordinal))
        {
            // The name has passed to another container meanwhile.
            _isInDoubt = true;
        }
        else
        {
            _id = result.Id.Value;
        }

        // One that ran was left as it was, or was just being stopped and is started anew: then it is told of soon.
        ExpectStart(result.Before is ContainerStatus.Running or ContainerStatus.Starting ? RestartIsToldWithin : StartIsToldWithin);
        _wasFoundRunning = result.Before is not ContainerStatus.Stopped;
        _mayRun = true;
        if (_state is not LifecycleState.Disposed && _isWaking)
        {
            AddWakeEvent(WakeEventType.ContainerWoke, $"{Name} runs.", _wakeStartedAt);
        }

        if (_state is LifecycleState.GivingUp)
        {
            // Nobody waits for it any more; it has come all the same.
            BeginWakeTime();
        }

        Apply(LifecycleInput.Started);
    }

    private void EndWake()
    {
        if (!_isWaking)
        {
            if (HasDemand)
            {
                AddWakeEvent(WakeEventType.Ready, $"{Name} is ready.", _wakeStartedAt);
            }

            Log.Adopted(_services.Logger, Name);
            return;
        }

        _isWaking = false;
        _detail = "";
        var elapsed = _clock.Since(_wakeStartedAt);
        _wakeTimes.Add(elapsed);
        IdleTelemetry.WakeEnded(elapsed);
        Log.Ready(_services.Logger, Name, elapsed);
        AddWakeEvent(WakeEventType.Ready, $"{Name} is ready.", _wakeStartedAt);
        _wakeActivity?.Dispose();
        _wakeActivity = null;
    }

    private void FailWake(IdleRefusal refusal)
    {
        IdleTelemetry.WakeFailed(refusal.Reason);
        Log.WakeFailed(_services.Logger, Name, refusal.Message.TrimEnd('.'), refusal.Cause);
        var began = _wakeStartedAt;
        WakeEvents.Add(id => NewWakeEvent(id, WakeEventType.Error, "It could not be woken.", began, dependency: refusal.Dependency) with { Refusal = refusal });
        _isWaking = false;
        _wakeActivity?.SetStatus(ActivityStatusCode.Error, refusal.Reason.ToString()).Dispose();
        _wakeActivity = null;
    }

    private async Task<WakeResult> RunWakeAsync(long began, CancellationToken cancellationToken)
    {
        var holds = new List<DependencyHold>();
        var activity = _wakeActivity?.Context ?? default;
        try
        {
            await _before.WaitAsync(cancellationToken).ConfigureAwait(false);
            var phase = _clock.Now;
            using (_options.DependsOn.Count == 0 ? null : IdleTelemetry.StartPhase("dependencies", activity))
            {
                if (await ReachDependenciesAsync(holds, began, cancellationToken).ConfigureAwait(false) is { } refusal)
                {
                    return new WakeResult(holds, default, ContainerStatus.Missing, refusal);
                }
            }

            if (holds.Count > 0)
            {
                IdleTelemetry.PhaseTook("dependencies", _clock.Since(phase));
            }

            phase = _clock.Now;
            using var starting = IdleTelemetry.StartPhase("start", activity);
            var (id, before) = await StartAsync(cancellationToken).ConfigureAwait(false);
            IdleTelemetry.PhaseTook("start", _clock.Since(phase));
            return new WakeResult(holds, id, before, Refusal: null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Failed(IdleRefusalReason.NotReadyInTime, $"{Name} was not started in time.", cause: null);
        }
        catch (ContainerNotFoundException exception)
        {
            _id = null;
            return Failed(IdleRefusalReason.NotFound, $"There is no container {Name}.", exception);
        }
        catch (Exception exception)
        {
            return Failed(IdleRefusalReason.StartFailed, $"{Name} could not be started: {exception.Message}", exception);
        }

        WakeResult Failed(IdleRefusalReason reason, string message, Exception? cause) =>
            new(holds, default, ContainerStatus.Missing, Refuse(reason, message, cause));
    }

    private async Task<(ContainerId Id, ContainerStatus Before)> StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var id = await FindIdAsync(cancellationToken).ConfigureAwait(false);
                return (id, await StartAsync(id, cancellationToken).ConfigureAwait(false));
            }
            catch (ContainerNotFoundException) when (attempt < MaxTries && _id is not null)
            {
                // Made anew under the same name, perhaps.
                _id = null;
            }
            catch (ContainerException exception) when (attempt < MaxTries && exception is ContainerConflictException or ContainerProviderUnreachableException)
            {
                // Somebody else did something to it meanwhile, or the engine is just being restarted.
                await _clock.DelayAsync(TryPause * attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<ContainerId> FindIdAsync(CancellationToken cancellationToken)
    {
        if (_id is { } known)
        {
            return new ContainerId(known);
        }

        return await _services.FindId(Name, cancellationToken).ConfigureAwait(false)
            ?? throw new ContainerNotFoundException(new ContainerId(Name), $"There is no container {Name}.");
    }

    private async Task<ContainerStatus> StartAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var before = await _services.Provider.GetStatusAsync(id, cancellationToken).ConfigureAwait(false);
        switch (before)
        {
            case ContainerStatus.Missing:
                throw new ContainerNotFoundException(id, $"There is no container {Name}.");
            case ContainerStatus.Error:
                throw new ContainerOperationException(id, $"Container {Name} is dead, or being removed.");
            case ContainerStatus.Paused:
                await _services.Provider.UnpauseAsync(id, cancellationToken).ConfigureAwait(false);
                break;
            case ContainerStatus.Starting:
                break;
            default:
                // Where it runs it may just be being stopped by somebody: the provider finds out, and starts it again after that.
                await _services.Provider.StartAsync(id, cancellationToken).ConfigureAwait(false);
                break;
        }

        return before;
    }

    private void AddWakeEvent(WakeEventType type, string message, long began, string? dependency = null) =>
        WakeEvents.Add(id => NewWakeEvent(id, type, message, began, dependency));

    private WakeEvent NewWakeEvent(long id, WakeEventType type, string message, long began, string? dependency) => new()
    {
        Id = id,
        Type = type,
        Container = Name,
        Message = message,
        Timestamp = _clock.Provider.GetUtcNow(),
        Elapsed = _clock.Since(began),
        Dependency = dependency,
    };
}

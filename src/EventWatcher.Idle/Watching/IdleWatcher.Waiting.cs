namespace EventWatcher.Idle;

// Those who wait, and what becomes of them.
public sealed partial class IdleWatcher
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private List<DependencyWaiter>? _dependencyWaiters;
    private List<TaskCompletionSource<bool>>? _sleepers;
    private long _retryAt = long.MinValue;

    private bool HasDemand => _room.Count > 0 || _dependencyWaiters is { Count: > 0 };

    private void OnDemand()
    {
        Interlocked.Exchange(ref _demandIsPosted, 0);
        if (_state is LifecycleState.Ready or LifecycleState.Disposed)
        {
            Apply(LifecycleInput.Demand);
        }
    }

    private void OpenGate(bool isNewLife)
    {
        if (isNewLife)
        {
            Volatile.Write(ref _readyAt, _clock.Now);
            _addresses = new();
            _generation++;
            EndWake();
            FollowDependencies();
        }

        _gate.Open();
        _monitorDue = MonitorDue();
        ReleaseWaiters();
        ReleaseDependencyWaiters(DependencyCondition.Healthy);
    }

    private void VoidLeases()
    {
        var gate = _gate;
        gate.Close();
        gate.IsVoid = true;
        _gate = new LeaseGate(_clock);
    }

    private void ReleaseWaiters()
    {
        var limit = _options.ReleaseConcurrency;
        var gate = _gate;
        while ((limit is null || gate.PassingThrough < limit) && _room.TakeFirst() is { } waiter)
        {
            if (!gate.TryEnter())
            {
                // Can't be: only this thread closes the gate.
                waiter.TrySetResult(new IdleAdmission(ShuttingDown()));
                continue;
            }

            if (limit is not null)
            {
                gate.PassThrough();
            }

            var lease = new IdleLease(gate, limit is null ? null : this);
            if (!waiter.TrySetResult(new IdleAdmission(lease)))
            {
                // It no longer waited.
                lease.Dispose();
            }
        }
    }

    private void FailWaiters()
    {
        var refusal = _failure ?? Refuse(IdleRefusalReason.StartFailed, $"{Name} could not be woken.");
        _failure = null;
        _detail = refusal.Message;
        _retryAt = _clock.After(RetryPause);
        FailWake(refusal);
        RefuseAll(_room.TakeAll(), refusal);
        foreach (var waiter in TakeDependencyWaiters(static _ => true))
        {
            waiter.TrySetResult(refusal);
        }
    }

    private void DismissWaiters()
    {
        var refusal = ShuttingDown();
        RefuseAll(_room.TakeAll(close: true), refusal);
        foreach (var waiter in TakeDependencyWaiters(static _ => true))
        {
            waiter.TrySetResult(refusal);
        }

        AnswerSleepers(sleeps: false);
    }

    // Those whose own time is up, whatever the container does.
    private void DismissOverdue(long now)
    {
        while (_room.FirstDeadline <= now && _room.TakeFirst() is { } waiter)
        {
            IdleTelemetry.Refused(IdleRefusalReason.NotReadyInTime);
            waiter.TrySetResult(new IdleAdmission(Refuse(IdleRefusalReason.NotReadyInTime, NotReadyMessage())));
        }
    }

    private string NotReadyMessage()
    {
        var last = _detail;
        return last.Length == 0 ? $"{Name} was not ready in time." : $"{Name} was not ready in time: {last}.";
    }

    private static void RefuseAll(Waiter[] waiters, IdleRefusal refusal)
    {
        var admission = new IdleAdmission(refusal);
        foreach (var waiter in waiters)
        {
            IdleTelemetry.Refused(refusal.Reason);
            waiter.TrySetResult(admission);
        }
    }

    private void ReleaseCompleted()
    {
        EndWake();
        foreach (var waiter in TakeDependencyWaiters(static _ => true))
        {
            waiter.TrySetResult(waiter.Condition == DependencyCondition.Healthy ? NoService() : null);
        }

        RefuseAll(_room.TakeAll(), NoService());

        IdleRefusal NoService() => Refuse(IdleRefusalReason.EndedEarly, $"{Name} runs to its end, and serves nobody.");
    }

    private void ReleaseDependencyWaiters(DependencyCondition reached)
    {
        foreach (var waiter in TakeDependencyWaiters(waiter => waiter.Condition != DependencyCondition.Completed && waiter.Condition <= reached))
        {
            waiter.TrySetResult(null);
        }
    }

    private List<DependencyWaiter> TakeDependencyWaiters(Func<DependencyWaiter, bool> which)
    {
        if (_dependencyWaiters is not { Count: > 0 } waiters)
        {
            return [];
        }

        var taken = waiters.Where(which).ToList();
        waiters.RemoveAll(taken.Contains);
        return taken;
    }

    private void OnSleepAsked(TaskCompletionSource<bool> asked)
    {
        switch (_state)
        {
            case LifecycleState.Napping:
                asked.TrySetResult(true);
                break;
            case LifecycleState.Stopping:
                (_sleepers ??= []).Add(asked);
                break;
            case LifecycleState.Ready when _gate.Count == 0 && !HasDemand && _dependents == 0:
                (_sleepers ??= []).Add(asked);
                Apply(LifecycleInput.IdleElapsed);
                break;
            default:
                asked.TrySetResult(false);
                break;
        }
    }

    private void AnswerSleepers(bool sleeps)
    {
        if (_sleepers is { } sleepers)
        {
            _sleepers = null;
            sleepers.ForEach(asked => asked.TrySetResult(sleeps));
        }
    }
}

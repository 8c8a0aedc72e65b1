namespace EventWatcher.Idle;

// What this container needs, and the others that need it.
public sealed partial class IdleWatcher
{
    private List<DependencyHold>? _holds;
    private int _dependents;
    private bool _hadDependents;
    private volatile bool _runsToItsEnd;

    /// <summary>Gets or sets whether others wait for this container's end: it is no service.</summary>
    internal bool RunsToItsEnd
    {
        get => _runsToItsEnd;
        set => _runsToItsEnd = value;
    }

    internal int Dependents => Volatile.Read(ref _dependents);

    internal void OnDependentCame()
    {
        _dependents++;
        _hadDependents = true;
    }

    internal void OnDependentLeft()
    {
        _dependents--;

        // From now on nobody needs it; its own idle time begins.
        Volatile.Write(ref _graceFrom, _clock.Now);
    }

    /// <summary>Sees to it that the container is as a dependent needs it. The caller holds a <see cref="DependencyHold"/>.</summary>
    /// <returns>Null, or why it is in vain.</returns>
    internal async Task<IdleRefusal?> ReachAsync(DependencyCondition condition, CancellationToken cancellationToken)
    {
        var waiter = new DependencyWaiter(condition, _services.Continuations);
        Post(static (watcher, state) => watcher.OnDependencyWaiter((DependencyWaiter)state!), waiter);
        var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (watcher, waiter) = ((IdleWatcher, DependencyWaiter))state!;
                waiter.TrySetCanceled(token);
                watcher.Post(static (watcher, gone) => watcher._dependencyWaiters?.Remove((DependencyWaiter)gone!), waiter);
            },
            (this, waiter));
        await using (registration.ConfigureAwait(false))
        {
            return await waiter.Task.ConfigureAwait(false);
        }
    }

    private void OnDependencyWaiter(DependencyWaiter waiter)
    {
        if (waiter.Task.IsCompleted)
        {
            return;
        }

        var isReached = waiter.Condition switch
        {
            DependencyCondition.Started => _state is LifecycleState.Starting or LifecycleState.Ready,
            DependencyCondition.Healthy => _state is LifecycleState.Ready,

            // Each wake wants a run of its own, or the one that is under way.
            _ => false,
        };
        if (_state is LifecycleState.Disposed)
        {
            waiter.TrySetResult(ShuttingDown());
        }
        else if (isReached)
        {
            waiter.TrySetResult(null);
        }
        else
        {
            (_dependencyWaiters ??= []).Add(waiter);
        }
    }

    private void ReleaseDependencies()
    {
        var holds = _holds;
        _holds = null;
        holds?.ForEach(static hold => hold.Release());
    }

    // Nobody has started what a container needs that was found running, and what it needs may be something else by now: it is kept awake all the same.
    private void FollowDependencies()
    {
        var before = _holds;
        if (_options.DependsOn.Count == 0)
        {
            ReleaseDependencies();
            return;
        }

        List<IdleWatcher> needed = [.. _options.Dependencies.Select(need => _services.FindDependency(need.Name)).OfType<IdleWatcher>()];
        if (before is null || !needed.SequenceEqual(before.Select(static hold => hold.Needed)))
        {
            // Before the others are let go, so that none is without its user in between.
            _holds = [.. needed.Select(DependencyHold.On)];
            before?.ForEach(static hold => hold.Release());
        }
    }

    /// <summary>Makes ready what the container needs, all at once where they don't need each other.</summary>
    /// <returns>Null, or why it is in vain.</returns>
    private async Task<IdleRefusal?> ReachDependenciesAsync(List<DependencyHold> holds, long wakeBegan, CancellationToken cancellationToken)
    {
        var needs = _options.Dependencies;
        if (needs.Count == 0)
        {
            return null;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waits = new List<Task<IdleRefusal?>>(needs.Count);
        foreach (var need in needs)
        {
            if (_services.FindDependency(need.Name) is not { } needed)
            {
                await EndAsync(waits, enough).ConfigureAwait(false);
                return Refuse(IdleRefusalReason.DependencyFailed, $"{Name} needs {need.Name}, and there is no such container.", dependency: need.Name);
            }

            holds.Add(DependencyHold.On(needed));
            waits.Add(ReachOneAsync(need, needed, wakeBegan, enough.Token));
        }

        while (waits.Count > 0)
        {
            var reached = await Task.WhenAny(waits).ConfigureAwait(false);
            waits.Remove(reached);
            if (await reached.ConfigureAwait(false) is { } refusal)
            {
                // In vain, whatever becomes of the others.
                await EndAsync(waits, enough).ConfigureAwait(false);
                return refusal;
            }
        }

        return null;

        static async Task EndAsync(List<Task<IdleRefusal?>> waits, CancellationTokenSource enough)
        {
            await enough.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(waits)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<IdleRefusal?> ReachOneAsync(IdleDependency need, IdleWatcher needed, long wakeBegan, CancellationToken cancellationToken)
    {
        AddWakeEvent(WakeEventType.WakingDependency, $"Waiting for {need.Name}.", wakeBegan, need.Name);
        if (await needed.ReachAsync(need.Condition, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            // The one that really failed may be further down.
            var culprit = failure.Dependency ?? need.Name;
            return Refuse(IdleRefusalReason.DependencyFailed, $"{Name} needs {need.Name}: {failure.Message}", failure.Cause, culprit);
        }

        AddWakeEvent(WakeEventType.DependencyReady, $"{need.Name} is {need.Condition switch
        {
            DependencyCondition.Healthy => "ready",
            DependencyCondition.Completed => "done",
            _ => "running",
        }}.", wakeBegan, need.Name);
        return null;
    }
}

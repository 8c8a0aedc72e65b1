namespace EventWatcher.Idle.Tests;

/// <summary>Events come late: those of our own last stop when the container is already awake again.</summary>
public sealed class IdleWatcherLateEventTests
{
    /// <summary>The kill and the die of our own stop, read after the start that followed, began a new life under those who held a lease.</summary>
    [Fact]
    public async Task Late_events_of_our_own_stop_began_a_new_life_under_a_lease()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(await test.Watcher.SleepAsync());
        using var lease = await test.Watcher.AcquireAsync();
        var generation = test.Watcher.Generation;

        test.See(EventAction.ContainerKill, ("signal", "15"));
        Assert.Equal(LifecycleState.Ready, test.State);
        test.See(EventAction.ContainerDie, ("exitCode", "0"));
        test.See(EventAction.ContainerStop);
        test.See(EventAction.ContainerStart);

        Assert.Equal((LifecycleState.Ready, generation, false), (test.State, test.Watcher.Generation, lease.IsVoid));
    }

    [Fact]
    public async Task Late_pause_of_our_own_began_a_new_life_under_a_lease()
    {
        using var test = new Lone(ContainerStatus.Running, static options => options.StopMethod = StopMethod.Pause);
        Assert.True(await test.Watcher.SleepAsync());
        using var lease = await test.Watcher.AcquireAsync();
        var generation = test.Watcher.Generation;

        test.See(EventAction.ContainerPause);
        test.See(EventAction.ContainerUnpause);

        Assert.Equal((LifecycleState.Ready, generation), (test.State, test.Watcher.Generation));
    }

    /// <summary>What comes before our start's own event is old, but an event may be lost: the runtime is asked all the same.</summary>
    [Fact]
    public async Task End_whose_start_nobody_told_of_is_followed()
    {
        using var test = new Lone();
        using var lease = await test.Watcher.AcquireAsync();
        test.Runtime.SetStatus("app", ContainerStatus.Stopped);

        test.See(EventAction.ContainerDie);

        Assert.Equal((IdleState.Napping, true), (test.Watcher.State, lease.IsVoid));
    }

    [Fact]
    public async Task Restart_from_outside_after_our_start_was_told_of_is_a_new_life()
    {
        using var test = new Lone();
        using var lease = await test.Watcher.AcquireAsync();
        test.See(EventAction.ContainerStart);

        test.See(EventAction.ContainerDie);
        test.See(EventAction.ContainerStart);

        Assert.Equal((IdleState.Ready, 2), (test.Watcher.State, test.Watcher.Generation));
    }

    /// <summary>By the time the runtime is asked it runs again; only the events say that it was another run.</summary>
    [Fact]
    public async Task Restart_that_was_over_when_we_looked_left_the_leases_of_the_run_before()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(test.Watcher.TryAcquire(out var old));
        var hold = test.HoldCalls(FakeContainerAction.GetStatus);

        test.See(EventAction.ContainerDie);
        test.See(EventAction.ContainerStart);
        hold.Release();
        await Eventually.TrueAsync(() => test.Watcher.State == IdleState.Ready);

        Assert.Equal((true, 0, 2), (old.IsVoid, test.Watcher.Snapshot().Leases, test.Watcher.Generation));
    }

    [Fact]
    public async Task Container_made_anew_that_runs_already_left_the_leases_of_the_one_before()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(test.Watcher.TryAcquire(out var old));
        test.Runtime.Remove("app");

        test.Watcher.OnBound(test.Runtime.Add("app", ContainerStatus.Running));
        await Eventually.TrueAsync(() => test.Watcher.State == IdleState.Ready);

        Assert.Equal((true, 0), (old.IsVoid, test.Watcher.Snapshot().Leases));
    }

    /// <summary>The answer was about the run before; meanwhile somebody had started it again.</summary>
    [Fact]
    public async Task Question_whether_it_runs_answered_late_ended_the_life_that_came_after()
    {
        using var test = new Lone(ContainerStatus.Running);
        var answer = test.HoldCalls(FakeContainerAction.GetStatus);
        var verifying = test.Watcher.VerifyRunningAsync();
        test.Runtime.OnCall = null;
        test.Runtime.SetStatus("app", ContainerStatus.Stopped);
        test.See(EventAction.ContainerDie);
        Assert.Equal(IdleState.Napping, test.Watcher.State);
        using var lease = await test.Watcher.AcquireAsync();
        test.See(EventAction.ContainerStart);
        var generation = test.Watcher.Generation;

        // What was read was the state of before.
        test.Runtime.SetStatus("app", ContainerStatus.Stopped);
        test.Runtime.OnCall = (_, _) =>
        {
            test.Runtime.SetStatus("app", ContainerStatus.Running);
            return Task.CompletedTask;
        };
        answer.Release();
        Assert.False(await Eventually.CompletesAsync(verifying));

        Assert.Equal((IdleState.Ready, generation), (test.Watcher.State, test.Watcher.Generation));
    }
}

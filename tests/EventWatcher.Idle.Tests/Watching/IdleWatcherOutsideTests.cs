namespace EventWatcher.Idle.Tests;

/// <summary>What others do to the container.</summary>
public sealed class IdleWatcherOutsideTests
{
    [Fact]
    public void Start_from_outside_is_adopted_with_a_full_idle_time()
    {
        using var test = new Lone();
        test.Advance(500);
        test.Runtime.SetStatus("app", ContainerStatus.Running);

        test.See(EventAction.ContainerStart);

        Assert.Equal(IdleState.Ready, test.Watcher.State);
        test.Advance(59);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
        test.Advance(2);
        Assert.Equal(IdleState.Napping, test.Watcher.State);
    }

    [Theory]
    [InlineData(EventAction.ContainerDie, ContainerStatus.Stopped, IdleState.Napping)]
    [InlineData(EventAction.ContainerPause, ContainerStatus.Paused, IdleState.Napping)]
    [InlineData(EventAction.ContainerDestroy, ContainerStatus.Missing, IdleState.Error)]
    public void End_from_outside_is_followed(EventAction action, ContainerStatus status, IdleState expected)
    {
        using var test = new Lone(ContainerStatus.Running);
        if (status == ContainerStatus.Missing)
        {
            test.Runtime.Remove("app");
        }
        else
        {
            test.Runtime.SetStatus("app", status);
        }

        test.See(action);

        Assert.Equal(expected, test.Watcher.State);
        Assert.False(test.Watcher.TryAcquire(out _));
        Assert.Equal(0, test.Count(FakeContainerAction.Start) + test.Count(FakeContainerAction.Stop));
    }

    [Fact]
    public void Die_that_comes_late_changes_nothing_for_long()
    {
        using var test = new Lone(ContainerStatus.Running);

        test.See(EventAction.ContainerDie);

        Assert.Equal(IdleState.Ready, test.Watcher.State);
    }

    [Fact]
    public void Die_voids_the_leases_of_the_life_that_ended()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(test.Watcher.TryAcquire(out var old));
        test.Runtime.SetStatus("app", ContainerStatus.Stopped);
        test.See(EventAction.ContainerDie);
        test.Runtime.SetStatus("app", ContainerStatus.Running);
        test.See(EventAction.ContainerStart);

        Assert.True(old.IsVoid);
        Assert.Equal(0, test.Watcher.Snapshot().Leases);
        old.Dispose();
        Assert.Equal(0, test.Watcher.Snapshot().Leases);
        Assert.Equal(2, test.Watcher.Generation);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("SIGHUP")]
    [InlineData("USR1")]
    public void Kill_with_a_harmless_signal_changes_nothing(string signal)
    {
        using var test = new Lone(ContainerStatus.Running);

        test.See(EventAction.ContainerKill, ("signal", signal));

        Assert.Equal(LifecycleState.Ready, test.State);
        Assert.True(test.Watcher.TryAcquire(out _));
    }

    [Fact]
    public async Task Kill_with_the_stop_signal_holds_requests_until_the_die()
    {
        using var test = new Lone(ContainerStatus.Running);
        test.See(EventAction.ContainerKill, ("signal", "15"));
        Assert.Equal((LifecycleState.Ending, IdleState.Stopping), (test.State, test.Watcher.State));
        var waiting = test.Watcher.AcquireAsync().AsTask();
        Assert.False(waiting.IsCompleted);

        test.Runtime.SetStatus("app", ContainerStatus.Stopped);
        test.See(EventAction.ContainerDie);

        Assert.True((await Eventually.CompletesAsync(waiting)).IsHeld);
        Assert.Equal(1, test.Count(FakeContainerAction.Start));
    }

    [Fact]
    public async Task Kill_with_the_stop_signal_that_kills_nobody_holds_requests_for_a_second()
    {
        using var test = new Lone(ContainerStatus.Running);
        test.See(EventAction.ContainerKill, ("signal", "15"));
        var waiting = test.Watcher.AcquireAsync().AsTask();

        test.Advance(0.9);
        Assert.False(waiting.IsCompleted);
        test.Advance(0.2);

        Assert.True((await Eventually.CompletesAsync(waiting)).IsHeld);
        Assert.Equal((0, 1), (test.Count(FakeContainerAction.Start), test.Watcher.Generation));
    }

    [Fact]
    public void Missing_container_that_comes_back_naps()
    {
        using var test = new Lone();
        test.Runtime.Remove("app");
        test.See(EventAction.ContainerDestroy);
        Assert.Equal(IdleState.Error, test.Watcher.State);
        var id = test.Runtime.Add("app");

        test.Watcher.OnBound(id);

        Assert.Equal((IdleState.Napping, id), (test.Watcher.State, test.Watcher.Id));
    }

    /// <summary>The pause after a failure was forgotten once the container was there again, and with it whoever waited.</summary>
    [Fact]
    public async Task Request_right_after_a_failure_to_a_container_that_came_back_is_served()
    {
        using var test = new Lone();
        test.Runtime.Remove("app");
        Assert.False((await test.Watcher.AdmitAsync()).IsAdmitted);
        test.Watcher.OnBound(test.Runtime.Add("app"));
        test.See(EventAction.ContainerCreate);
        Assert.Equal(IdleState.Napping, test.Watcher.State);
        var waiting = test.Watcher.AdmitAsync().AsTask();

        test.Advance(1.1);

        Assert.True((await Eventually.CompletesAsync(waiting)).IsAdmitted);
    }

    [Fact]
    public void Engine_that_cannot_be_asked_is_asked_again_until_it_answers()
    {
        using var test = new Lone(ContainerStatus.Running);
        test.Runtime.IsUnreachable = true;
        test.Runtime.SetStatus("app", ContainerStatus.Stopped);
        test.See(EventAction.ContainerDie);
        test.Advance(20);
        Assert.Equal(LifecycleState.Checking, test.State);

        test.Runtime.IsUnreachable = false;
        test.Advance(6);

        Assert.Equal(IdleState.Napping, test.Watcher.State);
    }

    [Fact]
    public void List_that_differs_makes_it_look()
    {
        using var test = new Lone(ContainerStatus.Running);
        test.Runtime.SetStatus("app", ContainerStatus.Stopped);

        test.Watcher.OnListed(new ContainerInfo { Id = test.Watcher.Id, Name = "app", Status = ContainerStatus.Stopped });

        Assert.Equal(IdleState.Napping, test.Watcher.State);
    }

    [Fact]
    public void Start_from_outside_during_our_stop_is_found_after_it()
    {
        using var test = new Lone(ContainerStatus.Running);
        var hold = test.HoldCalls(FakeContainerAction.Stop);
        test.Advance(61);
        test.See(EventAction.ContainerStart);
        test.Runtime.OnCall = (call, _) =>
        {
            // Between the end of the stop and our look somebody starts it.
            if (call.Action == FakeContainerAction.GetStatus)
            {
                test.Runtime.SetStatus("app", ContainerStatus.Running);
            }

            return Task.CompletedTask;
        };

        hold.Release();

        Assert.Equal(IdleState.Ready, test.Watcher.State);
    }

    [Fact]
    public void Unhealthy_is_shown_or_is_an_error_as_it_is_set()
    {
        using var test = new Lone(ContainerStatus.Running, static options => options.UnhealthyIs = UnhealthyIs.Error);
        var other = test.Add("other", ContainerStatus.Running);

        test.See(EventAction.ContainerUnhealthy);
        test.See("other", EventAction.ContainerUnhealthy);

        Assert.Equal((IdleState.Error, IdleState.Ready), (test.Watcher.State, other.State));
        Assert.Contains("unhealthy", other.Snapshot().Detail, StringComparison.Ordinal);
        test.See(EventAction.ContainerHealthy);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
    }
}

namespace EventWatcher.Idle.Tests;

public sealed class IdleWatcherWakingTests
{
    private static async Task<IdleRefusal> RefusalOf(ValueTask<IdleAdmission> admission) =>
        Assert.IsType<IdleRefusal>((await Eventually.CompletesAsync(admission.AsTask())).Refusal);

    [Fact]
    public async Task AcquireAsync_wakes_a_stopped_container()
    {
        using var test = new Lone();
        Assert.False(test.Watcher.TryAcquire(out _));

        using var lease = await test.Watcher.AcquireAsync();

        Assert.True(lease.IsHeld);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
        Assert.Equal(1, test.Watcher.Generation);
        Assert.Equal(ContainerStatus.Running, test.Runtime.StatusOf("app"));
    }

    [Fact]
    public async Task AcquireAsync_by_many_at_once_is_one_start()
    {
        using var test = new Lone(configure: static options => options.MaxWaiting = 5_000);
        var hold = test.HoldCalls(FakeContainerAction.Start);
        var waiting = Enumerable.Range(0, 5_000).Select(_ => test.Watcher.AcquireAsync().AsTask()).ToList();
        Assert.Equal((1, 5_000), (hold.Waiting, test.Watcher.Snapshot().Waiting));

        hold.Release();

        Assert.All(await Eventually.CompletesAsync(Task.WhenAll(waiting)), static lease => Assert.True(lease.IsHeld));
        Assert.Equal(1, test.Count(FakeContainerAction.Start));
        Assert.Equal(5_000, test.Watcher.Snapshot().Leases);
    }

    [Fact]
    public async Task AcquireAsync_cancelled_ends_that_waiting_alone()
    {
        using var test = new Lone();
        var hold = test.HoldCalls(FakeContainerAction.Start);
        using var cancellation = new CancellationTokenSource();
        var gone = test.Watcher.AcquireAsync(cancellation.Token).AsTask();
        var stays = test.Watcher.AcquireAsync().AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(gone));
        Assert.Equal(1, test.Watcher.Snapshot().Waiting);
        hold.Release();

        Assert.True((await Eventually.CompletesAsync(stays)).IsHeld);
        Assert.Equal(1, test.Watcher.Snapshot().Leases);
    }

    [Fact]
    public async Task Everybody_cancelled_the_wake_goes_on()
    {
        using var test = new Lone();
        var hold = test.HoldCalls(FakeContainerAction.Start);
        using var cancellation = new CancellationTokenSource();
        var gone = test.Watcher.AcquireAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(gone));

        hold.Release();

        Assert.Equal(IdleState.Ready, test.Watcher.State);
    }

    [Fact]
    public async Task Start_that_fails_everybody_is_told_why_and_the_next_one_tries_again_after_a_second()
    {
        using var test = new Lone();
        test.FailCalls(FakeContainerAction.Start, times: 1);

        var refusal = await RefusalOf(test.Watcher.AdmitAsync());
        Assert.Equal((IdleRefusalReason.StartFailed, 502), (refusal.Reason, refusal.StatusCode));
        Assert.Contains("no such binary", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(IdleState.Error, test.Watcher.State);

        var next = test.Watcher.AdmitAsync().AsTask();
        Assert.Equal(1, test.Count(FakeContainerAction.Start));
        test.Advance(1.1);

        Assert.True((await Eventually.CompletesAsync(next)).IsAdmitted);
        Assert.Equal(2, test.Count(FakeContainerAction.Start));
    }

    [Fact]
    public async Task Start_that_fails_AcquireAsync_throws_the_refusal()
    {
        using var test = new Lone();
        test.FailCalls(FakeContainerAction.Start);

        var exception = await Assert.ThrowsAsync<IdleRefusedException>(async () => await test.Watcher.AcquireAsync());

        Assert.Equal(IdleRefusalReason.StartFailed, exception.Refusal.Reason);
        Assert.IsType<ContainerOperationException>(exception.InnerException);
    }

    [Fact]
    public async Task Start_that_takes_too_long_everybody_is_told_at_the_deadline_and_no_second_start_comes_before_the_first_has_ended()
    {
        using var test = new Lone(configure: static options => options.WakeTimeout = TimeSpan.FromSeconds(10));
        var stuck = new TaskCompletionSource();
        test.Runtime.OnCall = (call, _) => call.Action == FakeContainerAction.Start ? stuck.Task : Task.CompletedTask;
        var first = test.Watcher.AdmitAsync();

        test.Advance(10.1);
        Assert.Equal((IdleRefusalReason.NotReadyInTime, 504), ((await RefusalOf(first)) is var refusal ? (refusal.Reason, refusal.StatusCode) : default));
        Assert.Equal(LifecycleState.GivingUp, test.State);
        var second = test.Watcher.AdmitAsync().AsTask();
        test.Advance(5);
        Assert.Equal(1, test.Count(FakeContainerAction.Start));

        // It comes after all: the container runs, and is taken as it is.
        stuck.SetResult();

        Assert.True((await Eventually.CompletesAsync(second)).IsAdmitted);
        Assert.Equal(1, test.Count(FakeContainerAction.Start));
    }

    [Fact]
    public async Task Never_ready_is_told_with_what_the_probe_said_last()
    {
        using var test = new Lone(configure: static options =>
        {
            options.WakeTimeout = TimeSpan.FromSeconds(30);
            options.HealthProbe = new DelegateHealthProbe(static (_, _) => new ValueTask<string?>("the database is being migrated"));
        });
        var first = test.Watcher.AdmitAsync();

        test.Advance(31);

        var refusal = await RefusalOf(first);
        Assert.Equal(IdleRefusalReason.NotReadyInTime, refusal.Reason);
        Assert.Contains("the database is being migrated", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(IdleState.Error, test.Watcher.State);
    }

    [Fact]
    public void Never_ready_and_not_used_any_more_it_is_put_to_sleep()
    {
        using var test = new Lone(configure: static options =>
        {
            options.WakeTimeout = TimeSpan.FromSeconds(30);
            options.HealthProbe = new DelegateHealthProbe(static (_, _) => new ValueTask<string?>("no"));
        });
        _ = test.Watcher.AdmitAsync().AsTask();

        test.Advance(31);
        Assert.Equal(ContainerStatus.Running, test.Runtime.StatusOf("app"));
        test.Advance(120);

        Assert.Equal(ContainerStatus.Stopped, test.Runtime.StatusOf("app"));
    }

    [Fact]
    public async Task MaxWaiting_reached_more_are_refused_at_once()
    {
        using var test = new Lone(configure: static options => options.MaxWaiting = 2);
        var hold = test.HoldCalls(FakeContainerAction.Start);
        var waiting = new[] { test.Watcher.AcquireAsync().AsTask(), test.Watcher.AcquireAsync().AsTask() };

        var refusal = await RefusalOf(test.Watcher.AdmitAsync());

        Assert.Equal((IdleRefusalReason.TooManyWaiting, 503), (refusal.Reason, refusal.StatusCode));
        Assert.True(refusal.RetryAfter >= TimeSpan.FromSeconds(1));
        hold.Release();
        await Eventually.CompletesAsync(Task.WhenAll(waiting));
    }

    [Fact]
    public async Task MaxWaiting_of_all_containers_together_holds_too()
    {
        using var test = new Lone(maxWaiting: 1);
        _ = test.HoldCalls(FakeContainerAction.Start);
        var other = test.Add("other");
        _ = test.Watcher.AdmitAsync().AsTask();

        Assert.Equal(IdleRefusalReason.TooManyWaiting, (await RefusalOf(other.AdmitAsync())).Reason);
    }

    [Fact]
    public async Task MaxHold_ends_a_waiting_before_the_wake_does()
    {
        using var test = new Lone(configure: static options => options.MaxHold = TimeSpan.FromSeconds(5));
        var hold = test.HoldCalls(FakeContainerAction.Start);
        var waiting = test.Watcher.AdmitAsync();

        test.Advance(5.1);

        Assert.Equal(IdleRefusalReason.NotReadyInTime, (await RefusalOf(waiting)).Reason);
        Assert.Equal((1, LifecycleState.Waking), (hold.Waiting, test.State));
    }

    [Fact]
    public async Task ReleaseConcurrency_lets_that_many_through_at_once()
    {
        using var test = new Lone(configure: static options => options.ReleaseConcurrency = 2);
        var hold = test.HoldCalls(FakeContainerAction.Start);
        var waiting = Enumerable.Range(0, 5).Select(_ => test.Watcher.AcquireAsync().AsTask()).ToList();
        hold.Release();

        var served = 0;
        while (waiting.Count > 0)
        {
            var next = await Eventually.CompletesAsync(Task.WhenAny(waiting));
            waiting.Remove(next);
            Assert.InRange(test.Watcher.Snapshot().Leases, 1, 2);
            var lease = await next;
            lease.Dispose();
            served++;
        }

        Assert.Equal(5, served);
    }

    [Fact]
    public async Task Request_during_our_own_stop_is_served_after_the_start_that_follows()
    {
        using var test = new Lone(ContainerStatus.Running);
        var hold = test.HoldCalls(FakeContainerAction.Stop);
        test.Advance(61);
        Assert.Equal((1, LifecycleState.Stopping), (hold.Waiting, test.State));

        var waiting = test.Watcher.AcquireAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(0, test.Count(FakeContainerAction.Start));
        hold.Release();

        Assert.True((await Eventually.CompletesAsync(waiting)).IsHeld);
        Assert.Equal((1, 1), (test.Count(FakeContainerAction.Stop), test.Count(FakeContainerAction.Start)));
    }

    [Fact]
    public async Task End_before_ready_is_started_once_more_and_the_second_time_is_told()
    {
        var isReady = false;
        using var test = new Lone(configure: options => options.HealthProbe = new DelegateHealthProbe((_, _) => new ValueTask<string?>(isReady ? null : "not yet")));
        var waiting = test.Watcher.AdmitAsync();
        Assert.Equal(LifecycleState.Starting, test.State);

        test.See(EventAction.ContainerStart);
        test.Runtime.End("app", 1);
        test.See(EventAction.ContainerDie, ("exitCode", "1"));
        Assert.Equal((2, LifecycleState.Starting), (test.Count(FakeContainerAction.Start), test.State));
        test.See(EventAction.ContainerStart);
        test.Runtime.End("app", 3);
        test.See(EventAction.ContainerDie, ("exitCode", "3"));

        var refusal = await RefusalOf(waiting);
        Assert.Equal(IdleRefusalReason.EndedEarly, refusal.Reason);
        Assert.Contains("exit code 3", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, test.Count(FakeContainerAction.Start));
        isReady = true;
        var next = test.Watcher.AdmitAsync().AsTask();
        test.Advance(1.1);
        Assert.True((await Eventually.CompletesAsync(next)).IsAdmitted);
    }

    /// <summary>The die may escape us, or come before our own start has returned.</summary>
    [Fact]
    public void End_before_ready_that_no_event_tells_of_is_found_by_looking()
    {
        using var test = new Lone(configure: static options => options.HealthProbe = new DelegateHealthProbe(static (_, _) => new ValueTask<string?>("not yet")));
        _ = test.Watcher.AdmitAsync().AsTask();
        test.Runtime.SetStatus("app", ContainerStatus.Stopped);

        test.Advance(1.5);

        Assert.Equal(2, test.Count(FakeContainerAction.Start));
    }

    [Fact]
    public async Task Missing_container_is_told_as_such()
    {
        using var test = new Lone();
        test.Runtime.Remove("app");

        Assert.Equal(IdleRefusalReason.NotFound, (await RefusalOf(test.Watcher.AdmitAsync())).Reason);
        Assert.Equal(IdleState.Error, test.Watcher.State);
    }

    [Fact]
    public async Task Container_made_anew_under_the_same_name_is_found_by_the_wake()
    {
        using var test = new Lone();
        test.Runtime.Remove("app");
        var id = test.Runtime.Add("app");

        using var lease = await test.Watcher.AcquireAsync();

        Assert.Equal(id, test.Watcher.Id);
    }

    [Fact]
    public async Task DisposeAsync_everybody_who_waits_is_told_and_nobody_gets_in_after()
    {
        using var test = new Lone();
        _ = test.HoldCalls(FakeContainerAction.Start);
        var waiting = test.Watcher.AdmitAsync();

        await Eventually.CompletesAsync(test.Watcher.DisposeAsync());

        Assert.Equal((IdleRefusalReason.ShuttingDown, 503), ((await RefusalOf(waiting)) is var refusal ? (refusal.Reason, refusal.StatusCode) : default));
        Assert.Equal(IdleRefusalReason.ShuttingDown, (await RefusalOf(test.Watcher.AdmitAsync())).Reason);
    }

    [Fact]
    public async Task WakeEvents_tell_the_story_of_a_wake()
    {
        using var test = new Lone(configure: static options => options.DependsOn.Add("db:healthy"));
        test.Add("db");

        using var lease = await test.Watcher.AcquireAsync();

        Assert.Equal(
            [WakeEventType.Starting, WakeEventType.WakingDependency, WakeEventType.DependencyReady, WakeEventType.ContainerWoke, WakeEventType.WaitingReady, WakeEventType.Ready],
            test.Watcher.WakeEvents.GetHistory().Select(static item => item.Type));
        Assert.True(test.Watcher.ExpectedWakeTime >= TimeSpan.Zero);
    }

    [Fact]
    public async Task Engine_unreachable_for_a_moment_is_forgiven()
    {
        using var test = new Lone();
        test.FailCalls(FakeContainerAction.GetStatus, times: 1, failure: static id => new ContainerProviderUnreachableException(id, "gone"));
        var waiting = test.Watcher.AdmitAsync().AsTask();
        Assert.Equal(LifecycleState.Waking, test.State);

        test.Advance(1);

        Assert.True((await Eventually.CompletesAsync(waiting)).IsAdmitted);
    }
}

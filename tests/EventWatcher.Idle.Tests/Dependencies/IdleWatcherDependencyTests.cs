namespace EventWatcher.Idle.Tests;

public sealed class IdleWatcherDependencyTests
{
    private static void NeededOnly(IdleContainerOptions options) => options.IdleTimeout = Timeout.InfiniteTimeSpan;

    /// <summary>A needs B (healthy) and C, and both need D.</summary>
    private static Lone Diamond(Action<IdleContainerOptions>? configure = null)
    {
        var test = new Lone(configure: options =>
        {
            options.DependsOn.Add("b:healthy");
            options.DependsOn.Add("c");
            configure?.Invoke(options);
        });
        test.Add("d", configure: NeededOnly);
        test.Add("b", configure: static options =>
        {
            NeededOnly(options);
            options.DependsOn.Add("d");
        });
        test.Add("c", configure: static options =>
        {
            NeededOnly(options);
            options.DependsOn.Add("d");
        });
        return test;
    }

    private static async Task SettleAsync(Lone test, Func<bool> condition)
    {
        // Dependencies are waited for across threads.
        await Eventually.TrueAsync(condition);
        test.Advance(0);
    }

    [Fact]
    public async Task Wake_starts_what_is_needed_first_and_each_once()
    {
        using var test = Diamond();

        using var lease = await Eventually.CompletesAsync(test.Watcher.AcquireAsync().AsTask());

        var starts = test.Runtime.Calls.Where(static call => call.Action == FakeContainerAction.Start).Select(static call => call.Name).ToList();
        Assert.Equal(4, starts.Count);
        Assert.Equal(("d", "app"), (starts[0], starts[3]));
    }

    [Fact]
    public async Task Sleep_goes_the_other_way_and_what_is_shared_sleeps_last()
    {
        using var test = Diamond();
        (await Eventually.CompletesAsync(test.Watcher.AcquireAsync().AsTask())).Dispose();

        test.Advance(61);
        await SettleAsync(test, () => test["app"].State == IdleState.Napping);
        await Eventually.TrueAsync(() =>
        {
            test.Advance(0.01);
            return test["d"].State == IdleState.Napping;
        });

        var stops = test.Runtime.Calls.Where(static call => call.Action == FakeContainerAction.Stop).Select(static call => call.Name).ToList();
        Assert.Equal(("app", "d", 4), (stops[0], stops[3], stops.Count));
    }

    [Fact]
    public async Task Shared_dependency_stays_awake_for_its_last_user()
    {
        using var test = Diamond();
        var other = test.Add("other", configure: static options => options.DependsOn.Add("d"));
        (await Eventually.CompletesAsync(test.Watcher.AcquireAsync().AsTask())).Dispose();
        var lease = await Eventually.CompletesAsync(other.AcquireAsync().AsTask());

        test.Advance(61);
        await Eventually.TrueAsync(() =>
        {
            test.Advance(0.01);
            return test["b"].State == IdleState.Napping && test["c"].State == IdleState.Napping;
        });

        Assert.Equal((IdleState.Ready, 1), (test["d"].State, test["d"].Dependents));
        lease.Dispose();
    }

    [Fact]
    public async Task Dependency_that_fails_to_start_fails_the_wake_with_its_name_and_reason()
    {
        using var test = Diamond();
        test.FailCalls(FakeContainerAction.Start, name: "d");

        var waiting = test.Watcher.AdmitAsync().AsTask();
        await Eventually.TrueAsync(() =>
        {
            // The second who needs it may have come after it failed, and waits for its next try.
            test.Advance(0.1);
            return waiting.IsCompleted;
        });

        var admission = await waiting;
        Assert.Equal((IdleRefusalReason.DependencyFailed, "d"), (admission.Refusal!.Reason, admission.Refusal.Dependency));
        Assert.Contains("no such binary", admission.Refusal.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => test["b"].Dependents == 0 && test["c"].Dependents == 0);
        Assert.Equal(0, test.Count(FakeContainerAction.Start));
    }

    [Fact]
    public async Task Dependency_that_nobody_knows_fails_the_wake_with_its_name()
    {
        using var test = new Lone(configure: static options => options.DependsOn.Add("nobody"));

        var admission = await Eventually.CompletesAsync(test.Watcher.AdmitAsync().AsTask());

        Assert.Equal((IdleRefusalReason.DependencyFailed, "nobody"), (admission.Refusal!.Reason, admission.Refusal.Dependency));
    }

    [Fact]
    public async Task Started_is_reached_before_healthy()
    {
        using var test = new Lone(configure: static options => options.DependsOn.Add("db:started"));
        test.Add("db", configure: static options => options.HealthProbe = new DelegateHealthProbe(static (_, _) => new ValueTask<string?>("not yet")));

        using var lease = await Eventually.CompletesAsync(test.Watcher.AcquireAsync().AsTask());

        Assert.Equal(IdleState.Starting, test["db"].State);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("2", false)]
    public async Task Completed_waits_for_the_end_and_a_failed_one_fails_the_wake(string exitCode, bool succeeds)
    {
        using var test = new Lone(configure: static options => options.DependsOn.Add("migrate:completed"));
        var migrate = test.Add("migrate", configure: NeededOnly);
        migrate.RunsToItsEnd = true;
        var waiting = test.Watcher.AdmitAsync().AsTask();
        await Eventually.TrueAsync(() => migrate.State == IdleState.Starting);
        Assert.False(waiting.IsCompleted);

        test.See("migrate", EventAction.ContainerStart);
        test.Runtime.End("migrate");
        test.See("migrate", EventAction.ContainerDie, ("exitCode", exitCode));

        var admission = await Eventually.CompletesAsync(waiting);
        Assert.Equal(succeeds, admission.IsAdmitted);
        Assert.Equal(succeeds ? null : "migrate", admission.Refusal?.Dependency);
        Assert.Equal(1, test.Count(FakeContainerAction.Start, "migrate"));
    }

    [Fact]
    public async Task Container_found_running_keeps_what_it_needs_awake()
    {
        using var test = new Lone();
        var db = test.Add("db", ContainerStatus.Running, NeededOnly);

        var web = test.Add("web", ContainerStatus.Running, static options =>
        {
            options.DependsOn.Add("db");
            options.IdleTimeout = TimeSpan.FromMinutes(10);
        });

        await Eventually.TrueAsync(() => db.Dependents == 1);
        test.Advance(300);
        Assert.Equal((IdleState.Ready, IdleState.Ready), (web.State, db.State));
        Assert.Equal(0, test.Count(FakeContainerAction.Start, "db"));
        test.Advance(400);
        await Eventually.TrueAsync(() =>
        {
            test.Advance(0.01);
            return db.State == IdleState.Napping;
        });
    }

    /// <summary>It was seen that it had ended before the event came that says how, and that counted as success.</summary>
    [Fact]
    public async Task Completed_dependency_that_failed_counted_as_done_until_its_event_came()
    {
        using var test = new Lone(configure: static options => options.DependsOn.Add("migrate:completed"));
        var migrate = test.Add("migrate");
        migrate.RunsToItsEnd = true;
        var waiting = test.Watcher.AdmitAsync().AsTask();
        await Eventually.TrueAsync(() => migrate.State == IdleState.Starting);
        test.See("migrate", EventAction.ContainerStart);
        test.Runtime.SetStatus("migrate", ContainerStatus.Stopped);

        test.Advance(1.5);
        Assert.Equal(0, test.Count(FakeContainerAction.Start));
        test.See("migrate", EventAction.ContainerDie, ("exitCode", "1"));

        var admission = await Eventually.CompletesAsync(waiting);
        Assert.Equal((IdleRefusalReason.DependencyFailed, "migrate"), (admission.Refusal?.Reason, admission.Refusal?.Dependency));
    }

    /// <summary>Its event was lost: that it failed can't be known, and it is not taken for done.</summary>
    [Fact]
    public async Task Completed_dependency_of_whose_end_nobody_told_is_a_failure_after_a_while()
    {
        using var test = new Lone(configure: static options => options.DependsOn.Add("migrate:completed"));
        var migrate = test.Add("migrate");
        migrate.RunsToItsEnd = true;
        var waiting = test.Watcher.AdmitAsync().AsTask();
        await Eventually.TrueAsync(() => migrate.State == IdleState.Starting);
        test.Runtime.SetStatus("migrate", ContainerStatus.Stopped);

        await Eventually.TrueAsync(() =>
        {
            test.Advance(0.5);
            return waiting.IsCompleted;
        });

        Assert.Equal(IdleRefusalReason.DependencyFailed, (await waiting).Refusal?.Reason);
    }

    /// <summary>The wake was told only when the slowest of the others was done, too.</summary>
    [Fact]
    public async Task Dependency_that_failed_was_told_only_after_the_slowest_of_the_others()
    {
        using var test = new Lone(configure: static options =>
        {
            options.DependsOn.Add("slow");
            options.DependsOn.Add("bad");
        });
        test.Add("slow");
        test.Add("bad");
        _ = test.HoldCalls(FakeContainerAction.Start, "slow");
        test.FailCalls(FakeContainerAction.Start, name: "bad");

        var admission = await Eventually.CompletesAsync(test.Watcher.AdmitAsync().AsTask());

        Assert.Equal((IdleRefusalReason.DependencyFailed, "bad"), (admission.Refusal?.Reason, admission.Refusal?.Dependency));
        Assert.Equal(0, test["slow"].Dependents);
    }
}

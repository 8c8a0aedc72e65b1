using Microsoft.Extensions.Logging;

namespace EventWatcher.Idle.Tests;

public sealed class IdleWatcherSleepingTests
{
    [Fact]
    public void Nobody_uses_it_sleeps_after_its_idle_time_and_not_before()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.Equal(IdleState.Ready, test.Watcher.State);

        test.Advance(59.9);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
        test.Advance(0.2);

        Assert.Equal(IdleState.Napping, test.Watcher.State);
        Assert.Equal(ContainerStatus.Stopped, test.Runtime.StatusOf("app"));
        Assert.Equal(1, test.Count(FakeContainerAction.Stop));
    }

    [Theory]
    [InlineData(StopMethod.Stop, ContainerStatus.Stopped, FakeContainerAction.Stop)]
    [InlineData(StopMethod.Pause, ContainerStatus.Paused, FakeContainerAction.Pause)]
    [InlineData(StopMethod.Kill, ContainerStatus.Stopped, FakeContainerAction.Kill)]
    public void StopMethod_is_what_puts_it_to_sleep(StopMethod method, ContainerStatus expected, FakeContainerAction action)
    {
        using var test = new Lone(ContainerStatus.Running, options => options.StopMethod = method);

        test.Advance(61);

        Assert.Equal(expected, test.Runtime.StatusOf("app"));
        Assert.Equal(1, test.Count(action));
        Assert.True(test.Watcher.WakeAsync().IsCompletedSuccessfully || test.Watcher.State == IdleState.Ready);
        Assert.Equal(ContainerStatus.Running, test.Runtime.StatusOf("app"));
    }

    [Fact]
    public void Lease_held_keeps_it_awake_and_the_idle_time_counts_from_its_release()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(test.Watcher.TryAcquire(out var lease));

        test.Advance(600);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
        lease.Dispose();
        test.Advance(59);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
        test.Advance(2);

        Assert.Equal(IdleState.Napping, test.Watcher.State);
    }

    [Fact]
    public void Lease_disposed_twice_is_released_once()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(test.Watcher.TryAcquire(out var lease));
        Assert.True(test.Watcher.TryAcquire(out var other));

        lease.Dispose();
        lease.Dispose();

        Assert.Equal(1, test.Watcher.Snapshot().Leases);
        other.Dispose();
    }

    [Fact]
    public void Touch_keeps_it_awake_for_its_length_and_the_idle_time_after()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(test.Watcher.TryTouch(TimeSpan.FromMinutes(5)));
        Assert.True(test.Watcher.TryTouch(TimeSpan.FromMinutes(1)));

        test.Advance(359);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
        test.Advance(2);

        Assert.Equal(IdleState.Napping, test.Watcher.State);
    }

    [Fact]
    public void IdleTimeout_zero_never_sleeps()
    {
        using var test = new Lone(ContainerStatus.Running, static options => options.IdleTimeout = TimeSpan.Zero);

        test.Advance(1_000_000);

        Assert.Equal(IdleState.Ready, test.Watcher.State);
        Assert.Null(test.Watcher.Snapshot().NextSleep);
    }

    [Fact]
    public void MinUptime_holds_the_sleep_back()
    {
        using var test = new Lone(ContainerStatus.Running, static options => options.MinUptime = TimeSpan.FromMinutes(10));

        test.Advance(599);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
        test.Advance(2);

        Assert.Equal(IdleState.Napping, test.Watcher.State);
    }

    [Fact]
    public void StopVeto_that_says_not_now_begins_the_idle_time_anew()
    {
        var asked = 0;
        var mayNot = true;
        using var test = new Lone(ContainerStatus.Running, options => options.StopVeto = (_, _) =>
        {
            asked++;
            return new ValueTask<bool>(mayNot);
        });

        test.Advance(61);
        Assert.Equal((1, IdleState.Ready), (asked, test.Watcher.State));
        test.Advance(60.5);
        Assert.Equal((2, IdleState.Ready), (asked, test.Watcher.State));
        mayNot = false;
        test.Advance(61);

        Assert.Equal((3, IdleState.Napping), (asked, test.Watcher.State));
    }

    [Fact]
    public void StopVeto_that_throws_is_a_no()
    {
        using var test = new Lone(ContainerStatus.Running, static options => options.StopVeto = static (_, _) => throw new InvalidOperationException("who knows"));

        test.Advance(61);

        Assert.Equal(IdleState.Ready, test.Watcher.State);
    }

    [Fact]
    public void Stop_that_fails_is_tried_again_later_each_time()
    {
        using var test = new Lone(ContainerStatus.Running);
        test.FailCalls(FakeContainerAction.Stop, times: 2);

        test.Advance(61);
        Assert.Equal((1, IdleState.Ready), (test.Count(FakeContainerAction.Stop), test.Watcher.State));
        test.Advance(61);
        Assert.Equal((2, IdleState.Ready), (test.Count(FakeContainerAction.Stop), test.Watcher.State));
        test.Advance(61);

        Assert.Equal((3, IdleState.Napping), (test.Count(FakeContainerAction.Stop), test.Watcher.State));
    }

    [Fact]
    public void Stop_that_the_engine_never_answers_is_given_up_after_its_own_deadline()
    {
        using var test = new Lone(ContainerStatus.Running, static options => options.StopTimeout = TimeSpan.FromSeconds(10));
        var hold = test.HoldCalls(FakeContainerAction.Stop);

        test.Advance(61);
        Assert.Equal((1, IdleState.Stopping), (hold.Waiting, test.Watcher.State));
        test.Advance(26);

        Assert.Equal((0, IdleState.Ready), (hold.Waiting, test.Watcher.State));
    }

    [Fact]
    public async Task SleepAsync_sleeps_now_unless_somebody_uses_it()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(test.Watcher.TryAcquire(out var lease));
        Assert.False(await test.Watcher.SleepAsync());
        lease.Dispose();

        Assert.True(await test.Watcher.SleepAsync());

        Assert.Equal(IdleState.Napping, test.Watcher.State);
        Assert.True(await test.Watcher.SleepAsync());
    }

    /// <summary>Whoever came between the decision to sleep and the closing of the gate is served, and the container stays awake.</summary>
    [Fact]
    public void Touch_between_the_two_phases_calls_the_stop_off()
    {
        using var test = new Lone(ContainerStatus.Running);
        Assert.True(test.Watcher.TryTouch(TimeSpan.FromMinutes(5)));

        // The manual sleep asks for no idle time, and finds the touch in its second phase.
        var asked = test.Watcher.SleepAsync();

        Assert.Equal(IdleState.Ready, test.Watcher.State);
        Assert.True(test.Watcher.TryAcquire(out _));
        Assert.Equal(0, test.Count(FakeContainerAction.Stop));
        Assert.True(SpinWait.SpinUntil(() => asked.IsCompleted, Eventually.DefaultDeadline));
    }

    /// <summary>Whoever came and went in that moment has used it: its idle time begins anew, unless somebody asked for the sleep.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lease_between_the_two_phases_that_is_over_counts_as_a_use(bool isAsked)
    {
        var came = 0;
        Lone? known = null;
        using var test = known = new Lone(ContainerStatus.Running, logger: new StepLogger(() =>
        {
            // It is told of before the gate is closed.
            if (known is { State: LifecycleState.Ready } && came++ == 0)
            {
                Assert.True(known.Watcher.TryAcquire(out var lease));
                lease.Dispose();
            }
        }));

        var asked = isAsked ? test.Watcher.SleepAsync() : Task.FromResult(true);
        test.Advance(isAsked ? 0 : 60);
        Assert.NotEqual(0, came);
        Assert.True(await asked);
        Assert.Equal((isAsked ? IdleState.Napping : IdleState.Ready, isAsked ? 1 : 0), (test.Watcher.State, test.Count(FakeContainerAction.Stop)));

        test.Advance(59.9);
        Assert.Equal(isAsked ? IdleState.Napping : IdleState.Ready, test.Watcher.State);
        test.Advance(0.2);
        Assert.Equal(IdleState.Napping, test.Watcher.State);
    }

    private sealed class StepLogger(Action onStep) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 610)
            {
                onStep();
            }
        }
    }
}

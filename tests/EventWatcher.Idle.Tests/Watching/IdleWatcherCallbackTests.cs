namespace EventWatcher.Idle.Tests;

/// <summary>Callbacks of users that hang, throw, or look around.</summary>
public sealed class IdleWatcherCallbackTests
{
    [Fact]
    public async Task Probe_that_hung_once_let_the_whole_wake_fail()
    {
        var tries = 0;
        using var test = new Lone(configure: options => options.HealthProbe = new DelegateHealthProbe((_, _) =>
            Interlocked.Increment(ref tries) == 1 ? new ValueTask<string?>(new TaskCompletionSource<string?>().Task) : new ValueTask<string?>((string?)null)));
        var waiting = test.Watcher.AdmitAsync().AsTask();

        await Eventually.TrueAsync(() =>
        {
            test.Advance(1);
            return waiting.IsCompleted;
        });

        Assert.True((await waiting).IsAdmitted, "It was not woken.");
        Assert.Equal(2, tries);
    }

    [Fact]
    public async Task Probe_that_hung_once_ended_the_monitoring_for_ever()
    {
        var (hangs, tries) = (false, 0);
        using var test = new Lone(ContainerStatus.Running, options =>
        {
            options.IdleTimeout = TimeSpan.Zero;
            options.MonitorInterval = TimeSpan.FromSeconds(1);
            options.HealthProbe = new DelegateHealthProbe((_, _) =>
            {
                Interlocked.Increment(ref tries);
                return Volatile.Read(ref hangs) ? new ValueTask<string?>(new TaskCompletionSource<string?>().Task) : new ValueTask<string?>((string?)null);
            });
        });
        Volatile.Write(ref hangs, true);
        await Eventually.TrueAsync(() =>
        {
            test.Advance(1);
            return Volatile.Read(ref tries) >= 2;
        });
        Volatile.Write(ref hangs, false);
        var before = Volatile.Read(ref tries);

        for (var second = 0; second < 30; second++)
        {
            test.Advance(1);
        }

        await Eventually.TrueAsync(() =>
        {
            test.Advance(1);
            return Volatile.Read(ref tries) > before;
        });
    }

    /// <summary>It is asked once at a time: who never answers is not asked again, and it is not silently awake for ever.</summary>
    [Fact]
    public async Task Veto_that_hangs_is_told_to_give_up()
    {
        var asked = 0;
        using var test = new Lone(ContainerStatus.Running, options => options.StopVeto = async (_, token) =>
        {
            asked++;
            var gone = new TaskCompletionSource();
            await using var registration = token.UnsafeRegister(_ => gone.TrySetResult(), state: null);
            await gone.Task;
            return false;
        });

        await Eventually.TrueAsync(() =>
        {
            test.Advance(10);
            return test.Watcher.State == IdleState.Napping || asked > 3;
        });

        Assert.Equal((1, IdleState.Napping), (asked, test.Watcher.State));
    }

    [Fact]
    public async Task Wake_carried_the_ambient_values_of_whoever_came_first()
    {
        var ambient = new AsyncLocal<string?>();
        var runtime = new FakeContainerProvider();
        runtime.Add("app");
        string? seen = null;
        runtime.OnCall = (call, _) =>
        {
            seen = call.Action == FakeContainerAction.Start ? ambient.Value ?? "" : seen;
            return Task.CompletedTask;
        };
        await using var manager = new IdleManager(runtime);
        var app = manager.GetOrAdd("app");
        ambient.Value = "of one request";

        await Eventually.CompletesAsync(app.WakeAsync());

        Assert.Equal("", seen);
    }

    /// <summary>Those who still held a lease of the run before counted among those that go through after the wake.</summary>
    [Fact]
    public async Task Lease_of_the_life_before_kept_who_waited_from_going_through()
    {
        using var test = new Lone(configure: static options => options.ReleaseConcurrency = 1);
        var old = await test.Watcher.AcquireAsync();
        test.Runtime.SetStatus("app", ContainerStatus.Stopped);
        test.See(EventAction.ContainerDie);

        var next = test.Watcher.AcquireAsync().AsTask();

        using var lease = await Eventually.CompletesAsync(next);
        Assert.True(old.IsVoid);
        old.Dispose();
        var hold = test.HoldCalls(FakeContainerAction.Start);
        hold.Release();
        Assert.Equal(1, test.Watcher.Snapshot().Leases);
    }
}

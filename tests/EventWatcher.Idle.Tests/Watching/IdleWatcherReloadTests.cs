using System.Net;

namespace EventWatcher.Idle.Tests;

/// <summary>Other rules while the container is in the middle of something.</summary>
public sealed class IdleWatcherReloadTests
{
    private static IdleContainerOptions With(Lone test, Action<IdleContainerOptions> change)
    {
        var options = test.Watcher.Options;
        change(options);
        return options;
    }

    [Fact]
    public async Task Port_that_was_changed_while_it_was_ready_was_not_gone_to()
    {
        using var test = new Lone(ContainerStatus.Running, static options =>
        {
            options.Port = 8080;
            options.Probe = ProbeKind.None;
        });
        Assert.Equal(8080, Assert.IsType<IPEndPoint>(await test.Watcher.GetEndpointAsync()).Port);

        test.Watcher.Configure(With(test, static options => options.Port = 9090));

        Assert.Equal(9090, Assert.IsType<IPEndPoint>(await test.Watcher.GetEndpointAsync()).Port);
    }

    [Fact]
    public async Task Shorter_hold_was_not_kept_for_who_came_after_somebody_with_a_longer_one()
    {
        using var test = new Lone(configure: static options => options.MaxHold = TimeSpan.FromMinutes(2));
        _ = test.HoldCalls(FakeContainerAction.Start);
        var first = test.Watcher.AdmitAsync().AsTask();
        test.Watcher.Configure(With(test, static options => options.MaxHold = TimeSpan.FromSeconds(5)));
        var second = test.Watcher.AdmitAsync().AsTask();

        test.Advance(6);

        Assert.Equal(IdleRefusalReason.NotReadyInTime, (await Eventually.CompletesAsync(second)).Refusal!.Reason);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task Dependency_that_came_during_the_wake_was_not_kept_awake()
    {
        using var test = new Lone();
        var db = test.Add("db", ContainerStatus.Running);
        var hold = test.HoldCalls(FakeContainerAction.Start);
        var waiting = test.Watcher.AcquireAsync().AsTask();
        test.Watcher.Configure(With(test, static options => options.DependsOn.Add("db")));

        hold.Release();
        using var lease = await Eventually.CompletesAsync(waiting);

        Assert.Equal(1, db.Dependents);
    }

    [Fact]
    public async Task Dependency_that_goes_away_during_the_wake_is_let_go()
    {
        using var test = new Lone(configure: static options => options.DependsOn.Add("db"));
        var db = test.Add("db", ContainerStatus.Running);
        var hold = test.HoldCalls(FakeContainerAction.Start);
        var waiting = test.Watcher.AcquireAsync().AsTask();
        await Eventually.TrueAsync(() => hold.Waiting == 1);
        Assert.Equal(1, db.Dependents);

        test.Watcher.Configure(With(test, static options => options.DependsOn.Clear()));
        hold.Release();
        using var lease = await Eventually.CompletesAsync(waiting);

        Assert.Equal(0, db.Dependents);
    }
}

namespace EventWatcher.TestKit.Tests;

public sealed class FakeContainerProviderConformanceTests : ContainerProviderConformanceTests
{
    private readonly FakeContainerProvider _provider = new();

    protected override int? ReachablePort => 80;

    protected override IContainerProvider CreateProvider() => _provider;

    protected override IContainerProvider CreateUnreachableProvider() => new FakeContainerProvider { IsUnreachable = true };

    protected override Task<ContainerId> CreateContainerAsync() => Task.FromResult(_provider.Add());

    protected override Task RemoveContainerAsync(ContainerId id) => Task.FromResult(_provider.Remove(id.Value));
}

/// <summary>The same of one that can do little: no pause, no signals, no addresses.</summary>
public sealed class PlainFakeContainerProviderConformanceTests : ContainerProviderConformanceTests
{
    private readonly FakeContainerProvider _provider = new() { SupportsPause = false, SupportsSignals = false, Address = static (_, _) => null };

    protected override bool SupportsPause => false;

    protected override bool SupportsSignals => false;

    protected override IContainerProvider CreateProvider() => _provider;

    protected override IContainerProvider CreateUnreachableProvider() => new FakeContainerProvider { IsUnreachable = true };

    protected override Task<ContainerId> CreateContainerAsync() => Task.FromResult(_provider.Add());

    protected override Task RemoveContainerAsync(ContainerId id) => Task.FromResult(_provider.Remove(id.Value));
}

public sealed class FakeContainerProviderTests
{
    [Fact]
    public async Task StopAsync_tells_of_kill_die_and_stop_in_that_order()
    {
        var provider = new FakeContainerProvider();
        var id = provider.Add("app", ContainerStatus.Running);
        await using var stream = provider.CreateWatcher().Watch();
        await stream.Ready;

        await provider.StopAsync(id);

        foreach (var action in new[] { EventAction.ContainerKill, EventAction.ContainerDie, EventAction.ContainerStop })
        {
            Assert.Equal(action, (await stream.Events.ReadAsync()).Action);
        }
    }

    [Fact]
    public async Task HoldEvents_keeps_them_until_they_are_released()
    {
        var provider = new FakeContainerProvider();
        var id = provider.Add("app");
        await using var stream = provider.CreateWatcher().Watch();
        await stream.Ready;
        provider.HoldEvents();
        await provider.StartAsync(id);
        Assert.False(stream.Events.TryRead(out _));

        provider.ReleaseEvents();

        Assert.Equal(EventAction.ContainerStart, (await stream.Events.ReadAsync()).Action);
    }

    [Fact]
    public async Task OnCall_that_throws_makes_the_call_fail_without_effect()
    {
        var provider = new FakeContainerProvider { OnCall = static (call, _) => throw new ContainerOperationException(call.Id, "no such binary") };
        var id = provider.Add("app");

        await Assert.ThrowsAsync<ContainerOperationException>(() => provider.StartAsync(id));

        Assert.Equal(ContainerStatus.Stopped, provider.StatusOf("app"));
        Assert.Equal(1, provider.CountCalls(FakeContainerAction.Start, "app"));
    }
}

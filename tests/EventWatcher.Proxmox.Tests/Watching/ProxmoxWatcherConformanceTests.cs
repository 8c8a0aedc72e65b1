using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxWatcherConformanceTests : WatcherConformanceTests, IAsyncLifetime
{
    private readonly FakeWatcherSource _source = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync().AsTask();

    // Each is a first look at the cluster, and the end of all connections to it.
    protected override int Rounds => 25;

    protected override IWatcher CreateWatcher() => _source.NewWatcher();

    protected override Task<ExpectedEvent> CauseEventAsync() => _source.StartNextAsync();
}

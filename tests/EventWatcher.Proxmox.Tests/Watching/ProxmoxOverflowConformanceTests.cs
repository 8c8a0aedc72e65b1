using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxOverflowConformanceTests : WatcherOverflowConformanceTests, IAsyncLifetime
{
    private readonly FakeWatcherSource _source = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync().AsTask();

    protected override IWatcher CreateWatcher(int capacity) => _source.NewWatcher(capacity);

    protected override Task<ExpectedEvent> CauseEventAsync() => _source.StartNextAsync();
}

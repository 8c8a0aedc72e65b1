using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxInterruptionConformanceTests : WatcherInterruptionConformanceTests, IAsyncLifetime
{
    private readonly FakeWatcherSource _source = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync().AsTask();

    // What happened meanwhile is found by comparison.
    protected override bool MissesEvents => false;

    protected override IWatcher CreateWatcher() => _source.NewWatcher();

    protected override Task InterruptAsync() => _source.Server.GoAwayAsync();

    protected override Task RestoreAsync()
    {
        _source.Server.ComeBack();
        return Task.CompletedTask;
    }

    protected override Task<ExpectedEvent> CauseEventAsync() => _source.StartNextAsync();
}

using System.Globalization;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>What every watcher promises, on a real cluster. A test only where there is one.</summary>
public abstract class LiveWatcherConformance : WatcherConformanceTests, IAsyncLifetime
{
    private LiveCluster? _cluster;
    private int _made;

    protected override TimeSpan Deadline => TimeSpan.FromMinutes(3);

    protected override int EventCount => 3;

    protected override int Rounds => 10;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    protected override IWatcher CreateWatcher() => new ProxmoxWatcher(LiveCluster.Options);

    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        var name = "ew-live-" + (++_made).ToString(CultureInfo.InvariantCulture);
        await (_cluster ??= new LiveCluster()).CloneAsync(name);
        return new ExpectedEvent(EventAction.ContainerCreate, name);
    }
}

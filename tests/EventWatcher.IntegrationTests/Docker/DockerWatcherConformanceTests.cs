using EventWatcher.Docker;
using EventWatcher.TestKit;

namespace EventWatcher.IntegrationTests;

/// <summary>What every watcher promises, on a real engine.</summary>
[Collection(DockerEngineCollection.Name)]
public class DockerWatcherConformanceTests(DockerEngineFixture fixture) : WatcherConformanceTests, IAsyncLifetime
{
    private int _created;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => fixture.Control.RemoveAllAsync();

    protected override IWatcher CreateWatcher() => new DockerWatcher(new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint });

    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        var name = $"ew-conformance-{Interlocked.Increment(ref _created)}";
        await fixture.Control.CreateAsync(new ContainerSpec { Name = name });
        return new ExpectedEvent(EventAction.ContainerCreate, name);
    }
}

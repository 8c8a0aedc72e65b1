using EventWatcher.Docker;
using EventWatcher.TestKit;

namespace EventWatcher.IntegrationTests;

/// <summary>What every container provider promises, on a real engine.</summary>
[Collection(DockerEngineCollection.Name)]
public class DockerContainerProviderConformanceTests(DockerEngineFixture fixture) : ContainerProviderConformanceTests
{
    protected override IContainerProvider CreateProvider() =>
        new DockerContainerProvider(new DockerEngineOptions { Endpoint = fixture.Host.Endpoint });

    protected override IContainerProvider CreateUnreachableProvider() =>
        new DockerContainerProvider(new DockerEngineOptions { Endpoint = fixture.Host.Endpoint + ".absent" });

    protected override async Task<ContainerId> CreateContainerAsync() =>
        new(await fixture.Control.CreateAsync(new ContainerSpec { StopSignal = null }));

    protected override async Task RemoveContainerAsync(ContainerId id)
    {
        if (await fixture.Control.FindAsync(id.Value) is not null)
        {
            await fixture.Control.RemoveAsync(id.Value);
        }
    }
}

namespace EventWatcher.IntegrationTests;

/// <summary><see cref="DockerContainerProviderConformanceTests"/> with Podman.</summary>
[Collection(PodmanEngineCollection.Name)]
public sealed class PodmanContainerProviderConformanceTests(PodmanEngineFixture fixture) : DockerContainerProviderConformanceTests(fixture);

namespace EventWatcher.IntegrationTests;

/// <summary><see cref="DockerWatcherConformanceTests"/> with Podman.</summary>
[Collection(PodmanEngineCollection.Name)]
public sealed class PodmanWatcherConformanceTests(PodmanEngineFixture fixture) : DockerWatcherConformanceTests(fixture);

namespace EventWatcher.IntegrationTests;

/// <summary><see cref="DockerWatcherEngineTests"/> with Podman.</summary>
[Collection(PodmanEngineCollection.Name)]
public sealed class PodmanWatcherEngineTests(PodmanEngineFixture fixture) : DockerWatcherEngineTests(fixture);

namespace EventWatcher.IntegrationTests;

/// <summary><see cref="EventRecorderTests"/> with Podman.</summary>
[Collection(PodmanEngineCollection.Name)]
public sealed class PodmanEventRecorderTests(PodmanEngineFixture fixture) : EventRecorderTests(fixture);

using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

/// <summary><see cref="DockerWatcherTests"/> with Podman.</summary>
[Collection(PodmanEngineCollection.Name)]
public sealed class PodmanWatcherTests(PodmanEngineFixture fixture, ITestOutputHelper output) : DockerWatcherTests(fixture, output);

namespace EventWatcher.IntegrationTests;

/// <summary>The tests of the Docker engine once more, with Podman's.</summary>
[CollectionDefinition(Name)]
public sealed class PodmanEngineCollection : ICollectionFixture<PodmanEngineFixture>
{
    public const string Name = "podman engine";
}

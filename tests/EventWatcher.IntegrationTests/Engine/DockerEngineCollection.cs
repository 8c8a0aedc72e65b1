namespace EventWatcher.IntegrationTests;

/// <summary>Tests that share the engine run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class DockerEngineCollection : ICollectionFixture<DockerEngineFixture>
{
    public const string Name = "docker engine";
}

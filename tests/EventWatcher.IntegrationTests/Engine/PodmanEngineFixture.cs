namespace EventWatcher.IntegrationTests;

/// <summary>The same with <c>podman system service</c>.</summary>
public sealed class PodmanEngineFixture : DockerEngineFixture
{
    public override EngineTraits Traits => EngineTraits.Podman;
}

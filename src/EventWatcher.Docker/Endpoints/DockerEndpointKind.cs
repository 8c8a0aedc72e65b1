namespace EventWatcher.Docker;

/// <summary>How an endpoint is connected to.</summary>
internal enum DockerEndpointKind
{
    Unix,
    NamedPipe,
    Tcp,
    Ssh,
}

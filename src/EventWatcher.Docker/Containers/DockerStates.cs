namespace EventWatcher.Docker;

/// <summary>What the engines' words for a container's state mean.</summary>
internal static class DockerStates
{
    internal static ContainerStatus StatusOf(DockerContainerState state) => state switch
    {
        { Status.Length: > 0 } => StatusOf(state.Status),
        { Dead: true } => ContainerStatus.Error,
        { Restarting: true } => ContainerStatus.Starting,
        { Paused: true } => ContainerStatus.Paused,
        { Running: true } => ContainerStatus.Running,
        _ => ContainerStatus.Stopped,
    };

    internal static ContainerStatus StatusOf(string state) => state switch
    {
        "running" or Stopping => ContainerStatus.Running,
        "created" or "exited" => ContainerStatus.Stopped,
        "paused" => ContainerStatus.Paused,
        "restarting" => ContainerStatus.Starting,

        // Podman's: before and after it was ever started.
        "configured" or "initialized" or "stopped" => ContainerStatus.Stopped,
        _ => ContainerStatus.Error,
    };

    /// <summary>Podman's word for a container whose stop is under way.</summary>
    internal const string Stopping = "stopping";
}

namespace EventWatcher.Docker;

/// <summary>A port of a container.</summary>
public sealed record DockerPort
{
    /// <summary>Gets the port inside the container.</summary>
    public required int ContainerPort { get; init; }

    /// <summary>Gets <c>tcp</c>, <c>udp</c> or <c>sctp</c>.</summary>
    public string Protocol { get; init; } = "tcp";

    /// <summary>Gets the port of the engine's machine that leads to it; null where it is not published.</summary>
    public int? HostPort { get; init; }

    /// <summary>
    /// Gets the address of the engine's machine that it is published on: <c>0.0.0.0</c> or <c>::</c> for all. Empty where
    /// it is not published, or for all in Podman's words.
    /// </summary>
    public string HostAddress { get; init; } = "";
}

using System.Net;

namespace EventWatcher.Idle;

/// <summary>What an <see cref="IHealthProbe"/> is to look at.</summary>
public sealed record HealthProbeTarget
{
    /// <summary>Gets the name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Gets the container's id.</summary>
    public required ContainerId Id { get; init; }

    /// <summary>Gets where its port is reached since this start; null where it has no port, or the probe needs no address.</summary>
    public EndPoint? Address { get; init; }

    /// <summary>
    /// Gets what the container's own health check said last since this start: true for healthy, false for unhealthy,
    /// null where it has not said anything yet.
    /// </summary>
    public bool? ContainerHealth { get; init; }

    /// <summary>Gets whether the container ran already when it was found, so that its health check may have spoken before.</summary>
    public bool WasFoundRunning { get; init; }
}

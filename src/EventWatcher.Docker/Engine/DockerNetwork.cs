namespace EventWatcher.Docker;

/// <summary>A network that a container is attached to.</summary>
public sealed record DockerNetwork
{
    /// <summary>Gets the network's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the container's IPv4 address in it; empty while it does not run, or where it has none.</summary>
    public string Address { get; init; } = "";

    /// <summary>Gets the container's IPv6 address in it; empty while it does not run, or where it has none.</summary>
    public string AddressV6 { get; init; } = "";
}

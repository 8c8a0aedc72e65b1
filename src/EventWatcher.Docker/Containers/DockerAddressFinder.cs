using System.Net;

namespace EventWatcher.Docker;

/// <summary>Finds where a container's port can be reached.</summary>
internal sealed class DockerAddressFinder
{
    private const string Shared = "container:";
    private const int MaxHops = 4;

    private readonly IDockerEngine _engine;
    private readonly DockerEndpoint? _remote;

    internal DockerAddressFinder(IDockerEngine engine)
    {
        _engine = engine;

        // An engine of the user's own making, with a name of another kind, counts as one on this machine.
        _remote = DockerEndpointParser.TryParse(engine.Name, tls: null, isWindows: true, out var endpoint, out _) && !endpoint.IsLocal ? endpoint : null;
    }

    internal async Task<EndPoint> FindAsync(ContainerId id, int port, CancellationToken cancellationToken)
    {
        var name = id.Value;
        for (var hop = 0; hop < MaxHops; hop++)
        {
            var details = await _engine.InspectContainerAsync(name, cancellationToken).ConfigureAwait(false);
            if (DockerStates.StatusOf(details.State) is not (ContainerStatus.Running or ContainerStatus.Paused))
            {
                throw new ContainerConflictException(id, $"Container {name} does not run ({details.State.Status}), so it has no address.");
            }

            if (!details.NetworkMode.StartsWith(Shared, StringComparison.Ordinal))
            {
                return Find(details, port)
                    ?? throw new ContainerConflictException(
                        id, $"Port {port} of container {name} cannot be reached: it is not published, and the container has no address of its own (network \"{details.NetworkMode}\").");
            }

            // It lives in another container's network.
            name = details.NetworkMode[Shared.Length..];
        }

        throw new ContainerConflictException(id, $"Container {id} shares its network over more than {MaxHops} others.");
    }

    private EndPoint? Find(DockerContainerDetails details, int port)
    {
        if (details.NetworkMode is "host")
        {
            return Host(port, IPAddress.Loopback);
        }

        var published = details.Ports
            .Where(candidate => candidate.ContainerPort == port && candidate.HostPort is not null)
            .OrderByDescending(static candidate => candidate.Protocol is "tcp")
            .ThenBy(static candidate => candidate.HostAddress.Contains(':', StringComparison.Ordinal))
            .Select(candidate => Published(candidate.HostAddress, candidate.HostPort!.Value))
            .FirstOrDefault(static found => found is not null);
        return published ?? details.Networks
            .SelectMany(static network => new[] { network.Address, network.AddressV6 })
            .Select(text => IPAddress.TryParse(text, out var address) ? new IPEndPoint(address, port) : null)
            .FirstOrDefault(static found => found is not null);
    }

    // Null where it is published on the loopback of another machine.
    private EndPoint? Published(string hostAddress, int hostPort)
    {
        if (!IPAddress.TryParse(hostAddress, out var address) || address.Equals(IPAddress.Any))
        {
            return Host(hostPort, IPAddress.Loopback);
        }

        if (address.Equals(IPAddress.IPv6Any))
        {
            return Host(hostPort, IPAddress.IPv6Loopback);
        }

        return _remote is not null && IPAddress.IsLoopback(address) ? null : new IPEndPoint(address, hostPort);
    }

    private EndPoint Host(int port, IPAddress loopback) => _remote switch
    {
        null => new IPEndPoint(loopback, port),
        _ when IPAddress.TryParse(_remote.Host, out var address) => new IPEndPoint(address, port),
        _ => new DnsEndPoint(_remote.Host, port),
    };
}

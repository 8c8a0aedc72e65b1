using System.Net;

namespace EventWatcher.Docker;

/// <summary>Where an engine listens. Equal endpoints with equal TLS are one and the same engine.</summary>
internal sealed record DockerEndpoint
{
    /// <summary>Gets the endpoint as it is shown: normalized, never with a secret.</summary>
    public required string Name { get; init; }

    public required DockerEndpointKind Kind { get; init; }

    /// <summary>Gets the socket's path, or the pipe's name; over ssh the path at the other end, empty for the one that is used there.</summary>
    public string Path { get; init; } = "";

    /// <summary>Gets the host, an IPv6 address without brackets.</summary>
    public string Host { get; init; } = "";

    /// <summary>Gets the port; over ssh 0 for the one that ssh is told of by its configuration.</summary>
    public int Port { get; init; }

    /// <summary>Gets the user to log in as over ssh; empty for the one that ssh is told of by its configuration.</summary>
    public string User { get; init; } = "";

    /// <summary>Gets the configuration file of ssh; null for the user's own and the machine's.</summary>
    public string? SshConfigFile { get; init; }

    /// <summary>Gets what goes before every call's path; empty, or with a leading slash and no trailing one.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>Gets the TLS; null for none.</summary>
    public DockerTlsSettings? Tls { get; init; }

    /// <summary>Gets a value indicating whether the engine's machine is this one, as far as the endpoint tells.</summary>
    public bool IsLocal => Kind is DockerEndpointKind.Unix or DockerEndpointKind.NamedPipe
        || string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Gets the address of requests. Encryption is the connection's affair, so it is always <c>http</c>.</summary>
    public Uri BaseAddress => Kind == DockerEndpointKind.Tcp
        ? new UriBuilder("http", Host, Port).Uri
        : new Uri("http://docker");
}

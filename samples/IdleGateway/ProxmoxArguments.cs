using EventWatcher.Proxmox;

namespace IdleGateway;

/// <summary>What the command line says of a Proxmox VE cluster.</summary>
internal sealed record ProxmoxArguments
{
    public string? Endpoint { get; init; }

    public string? TokenFile { get; init; }

    public string? Fingerprint { get; init; }

    /// <summary>Gets whether there is something that a cluster is missing for.</summary>
    public bool IsHalf => Endpoint is null && (TokenFile ?? Fingerprint) is not null;

    /// <summary>Takes an argument over; null where it is none of these.</summary>
    public ProxmoxArguments? With(string name, string value) => (name, value.Length > 0) switch
    {
        ("--proxmox", true) => this with { Endpoint = value },
        ("--proxmox-token-file", true) => this with { TokenFile = value },
        ("--proxmox-fingerprint", true) => this with { Fingerprint = value },
        _ => null,
    };

    public ProxmoxWatcherOptions ToOptions() => new() { Endpoint = Endpoint, TokenFile = TokenFile, Fingerprint = Fingerprint };
}

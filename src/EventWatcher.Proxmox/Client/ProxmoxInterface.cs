using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>A network interface inside a guest.</summary>
internal sealed record ProxmoxInterface
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("inet")]
    public string? Inet { get; init; }

    [JsonPropertyName("inet6")]
    public string? Inet6 { get; init; }

    [JsonPropertyName("ip-addresses")]
    public IReadOnlyList<ProxmoxInterfaceAddress>? Addresses { get; init; }
}

using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>An address of a network interface.</summary>
internal sealed record ProxmoxInterfaceAddress
{
    [JsonPropertyName("ip-address")]
    public string? Address { get; init; }
}

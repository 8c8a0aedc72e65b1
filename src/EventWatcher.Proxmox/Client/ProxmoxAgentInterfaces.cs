using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>What the guest agent says of interfaces.</summary>
internal sealed record ProxmoxAgentInterfaces
{
    [JsonPropertyName("result")]
    public IReadOnlyList<ProxmoxInterface>? Result { get; init; }
}

using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>A row of <c>/cluster/status</c>: the cluster itself, which a single node has not, or a node.</summary>
internal sealed record ProxmoxClusterMember
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("quorate")]
    public long? Quorate { get; init; }
}

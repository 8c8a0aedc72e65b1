using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>What <c>status/current</c> says, which is exact.</summary>
internal sealed record ProxmoxGuestStatus
{
    [JsonPropertyName("vmid")]
    public long? Vmid { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [JsonPropertyName("qmpstatus")]
    public string? QmpStatus { get; init; }

    [JsonPropertyName("uptime")]
    public long? Uptime { get; init; }

    [JsonPropertyName("pid")]
    public long? Pid { get; init; }

    [JsonPropertyName("tags")]
    public string? Tags { get; init; }

    [JsonPropertyName("lock")]
    public string? LockedBy { get; init; }
}

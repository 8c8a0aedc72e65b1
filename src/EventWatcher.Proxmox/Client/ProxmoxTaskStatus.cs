using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>How one task is doing.</summary>
internal sealed record ProxmoxTaskStatus
{
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [JsonPropertyName("exitstatus")]
    public string? ExitStatus { get; init; }
}

using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>A row of a list of tasks.</summary>
internal sealed record ProxmoxTaskEntry
{
    [JsonPropertyName("upid")]
    public string? Upid { get; init; }

    [JsonPropertyName("user")]
    public string? User { get; init; }

    [JsonPropertyName("tokenid")]
    public string? TokenId { get; init; }

    [JsonPropertyName("endtime")]
    public long? EndTime { get; init; }

    [JsonPropertyName("status")]
    public string? Status { get; init; }
}

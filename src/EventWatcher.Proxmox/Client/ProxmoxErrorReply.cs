using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>The envelope of an error; older servers have the message in the reason phrase only.</summary>
internal sealed class ProxmoxErrorReply
{
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("errors")]
    public Dictionary<string, string>? Errors { get; init; }
}

using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>The envelope of every answer.</summary>
internal sealed class ProxmoxReply<T>
{
    [JsonPropertyName("data")]
    public T? Data { get; init; }
}

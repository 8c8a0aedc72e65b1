using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>A row of <c>/cluster/resources</c>. Its state is some seconds old, and may go backwards; id and node are exact.</summary>
internal sealed record ProxmoxResource
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("node")]
    public string? Node { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("status")]
    public string? Status { get; init; }

    [JsonPropertyName("uptime")]
    public long? Uptime { get; init; }

    [JsonPropertyName("tags")]
    public string? Tags { get; init; }

    [JsonPropertyName("pool")]
    public string? Pool { get; init; }

    [JsonPropertyName("template")]
    public long? Template { get; init; }

    /// <summary>Gets whether it is a guest that can run.</summary>
    public bool IsGuest(out GuestId id) => GuestId.TryParse(Id, out id) && Template is not 1 && NodeName.IsValid(Node);
}

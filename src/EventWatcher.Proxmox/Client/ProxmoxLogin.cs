using System.Text.Json.Serialization;

namespace EventWatcher.Proxmox;

/// <summary>The answer to a login.</summary>
internal sealed class ProxmoxLogin
{
    [JsonPropertyName("ticket")]
    public string? Ticket { get; init; }

    [JsonPropertyName("CSRFPreventionToken")]
    public string? CsrfPreventionToken { get; init; }

    [JsonPropertyName("NeedTFA")]
    public long? NeedsSecondFactor { get; init; }
}

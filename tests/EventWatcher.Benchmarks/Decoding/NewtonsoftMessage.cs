using Newtonsoft.Json;

namespace EventWatcher.Benchmarks;

/// <summary>An event as clients that are generated from the API's description have it.</summary>
internal sealed class NewtonsoftMessage
{
    [JsonProperty("status")]
    public string? Status { get; set; }

    [JsonProperty("id")]
    public string? Id { get; set; }

    [JsonProperty("from")]
    public string? From { get; set; }

    [JsonProperty("Type")]
    public string? Type { get; set; }

    [JsonProperty("Action")]
    public string? Action { get; set; }

    [JsonProperty("Actor")]
    public NewtonsoftActor? Actor { get; set; }

    [JsonProperty("scope")]
    public string? Scope { get; set; }

    [JsonProperty("time")]
    public long Time { get; set; }

    [JsonProperty("timeNano")]
    public long TimeNano { get; set; }
}

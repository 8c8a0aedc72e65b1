using Newtonsoft.Json;

namespace EventWatcher.Benchmarks;

/// <summary>Whom an event concerns.</summary>
internal sealed class NewtonsoftActor
{
    [JsonProperty("ID")]
    public string? ID { get; set; }

    [JsonProperty("Attributes")]
    public IDictionary<string, string>? Attributes { get; set; }
}

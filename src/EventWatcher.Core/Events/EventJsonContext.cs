using System.Text.Json.Serialization;

namespace EventWatcher;

/// <summary>
/// Reads and writes <see cref="Event"/> and lists of it as JSON without reflection, camelCase; what is written
/// reads back equal. Thread-safe.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(IReadOnlyList<Event>))]
[JsonSerializable(typeof(Event[]))]
public sealed partial class EventJsonContext : JsonSerializerContext;

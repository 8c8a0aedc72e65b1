using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventWatcher;

internal sealed class EventActionJsonConverter : JsonConverter<EventAction>
{
    public override EventAction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString();
        return EventActions.TryParse(name, out var action)
            ? action
            : throw new JsonException($"\"{name}\" is not an action. Write words such as \"start\" or \"written\", joined by '|'.");
    }

    public override void Write(Utf8JsonWriter writer, EventAction value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToName());
}

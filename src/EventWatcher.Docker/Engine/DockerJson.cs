using System.Globalization;
using System.Text.Json;

namespace EventWatcher.Docker;

/// <summary>
/// Reads an engine's JSON without taking offence: what is missing, null or of another kind is as if it were not there,
/// since engines differ, and a field that nobody here needs must not cost a list.
/// </summary>
internal static class DockerJson
{
    extension(JsonElement element)
    {
        /// <summary>Returns a member; an undefined element where there is none.</summary>
        internal JsonElement Member(string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

        internal string Text(string name) => element.Member(name).AsText() ?? "";

        internal bool Flag(string name) => element.Member(name).ValueKind == JsonValueKind.True;

        internal long? Number(string name)
        {
            var value = element.Member(name);
            return value.ValueKind switch
            {
                JsonValueKind.Number when value.TryGetInt64(out var number) => number,
                JsonValueKind.String when long.TryParse(value.AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
                _ => null,
            };
        }

        /// <summary>Returns a time; null also for the year 1, with which Go says "never".</summary>
        internal DateTimeOffset? Time(string name) =>
            DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1
                ? time
                : null;

        internal string? AsText()
        {
            try
            {
                return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                // Half a surrogate pair, or no UTF-8.
                return null;
            }
        }

        internal IEnumerable<JsonElement> Items() => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

        internal IEnumerable<JsonProperty> Members() => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];

        internal EventAttributes Attributes() => EventAttributes.Create(
            [.. element.Members().Select(static label => new KeyValuePair<string, string>(label.Name, label.Value.AsText() ?? ""))]);
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace EventWatcher.Docker.Tests;

/// <summary>One event in the engine's ring, and its JSON as the engine writes it.</summary>
internal sealed class FakeEvent
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private readonly byte[]? _raw;
    private byte[]? _plain;
    private byte[]? _legacy;

    public FakeEvent(string type, string action, string id, IReadOnlyDictionary<string, string> attributes, long timeNano, byte[]? raw = null)
    {
        Type = type;
        Action = action;
        Id = id;
        Attributes = attributes;
        TimeNano = timeNano;
        _raw = raw;
    }

    public string Type { get; }

    public string Action { get; }

    public string Id { get; }

    public IReadOnlyDictionary<string, string> Attributes { get; }

    public long TimeNano { get; }

    public string? Name => Attributes.GetValueOrDefault("name");

    /// <summary>An event from a line as some engine sent it; that very line is what streams will carry.</summary>
    public static FakeEvent Parse(ReadOnlySpan<byte> line)
    {
        var raw = line.TrimEnd("\r\n"u8).ToArray();
        using var document = JsonDocument.Parse(raw);
        var root = document.RootElement;
        var actor = root.GetProperty("Actor");
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (actor.TryGetProperty("Attributes", out var found) && found.ValueKind == JsonValueKind.Object)
        {
            foreach (var attribute in found.EnumerateObject())
            {
                attributes[attribute.Name] = attribute.Value.GetString() ?? "";
            }
        }

        return new FakeEvent(
            root.GetProperty("Type").GetString() ?? "",
            root.GetProperty("Action").GetString() ?? "",
            actor.GetProperty("ID").GetString() ?? "",
            attributes,
            root.GetProperty("timeNano").GetInt64(),
            raw);
    }

    /// <summary>The event's JSON without a line end.</summary>
    public ReadOnlyMemory<byte> Encode(bool legacy)
    {
        if (_raw is not null)
        {
            return _raw;
        }

        return legacy ? _legacy ??= Write(legacy: true) : _plain ??= Write(legacy: false);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Type} {Action} {Name ?? Id} @{TimeNano}");

    // Field order is that of moby's structs: times last, which EventBlocks relies on.
    private byte[] Write(bool legacy)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            if (legacy)
            {
                WriteLegacyFields(json);
            }

            json.WriteString("Type", Type);
            json.WriteString("Action", Action);
            json.WriteStartObject("Actor");
            json.WriteString("ID", Id);
            json.WriteStartObject("Attributes");
            foreach (var (key, value) in Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteString("scope", "local");
            json.WriteNumber("time", TimeNano / 1_000_000_000);
            json.WriteNumber("timeNano", TimeNano);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WriteLegacyFields(Utf8JsonWriter json)
    {
        if (Type is not ("container" or "image"))
        {
            return;
        }

        // Podman 4.3 corrects only the old field of its "died".
        json.WriteString("status", Action == "died" ? "die" : Action);
        json.WriteString("id", Id);
        if (Type == "container" && Attributes.TryGetValue("image", out var image))
        {
            json.WriteString("from", image);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace EventWatcher.Docker;

/// <summary>Decodes one event from the bytes of one JSON value.</summary>
/// <remarks>
/// Only <c>Type</c>, <c>Action</c>, <c>Actor</c> and <c>timeNano</c> count; <c>status</c>, <c>id</c>, <c>from</c> and
/// <c>time</c>, which API 1.52 no longer sends, count only where the former are absent. Not thread-safe.
/// </remarks>
internal sealed class DockerEventDecoder
{
    private const int ScratchKept = 64;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long MaxSeconds = long.MaxValue / NanosecondsPerSecond;

    private readonly Utf8StringCache _strings = new();
    private KeyValuePair<string, string>[] _scratch = new KeyValuePair<string, string>[16];

    private enum Field
    {
        Other,
        Type,
        Action,
        Actor,
        TimeNano,
        Time,
        Status,
        Id,
        From,
    }

    /// <summary>Decodes the first value of the bytes.</summary>
    /// <param name="json">The bytes; there may be more after the value.</param>
    /// <param name="consumed">How many bytes the value takes.</param>
    /// <param name="error">What is wrong with it, without any of its text; null where nothing is.</param>
    /// <returns>The event; null where something is wrong.</returns>
    internal DockerEvent? Decode(ReadOnlySpan<byte> json, out int consumed, out string? error)
    {
        var reader = new Utf8JsonReader(json);
        DockerEvent? decoded = null;
        try
        {
            error = Decode(ref reader, json, out decoded);
        }
        catch (JsonException exception)
        {
            error = exception.Message;
        }

        consumed = (int)reader.BytesConsumed;
        return decoded;
    }

    private string? Decode(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, out DockerEvent? decoded)
    {
        decoded = null;
        string? type = null, action = null;
        var actorId = "";
        var attributes = EventAttributes.Empty;
        long? nanoseconds = null, seconds = null;
        Text status = default, id = default, from = default;

        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return "it is no JSON object";
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            switch (field)
            {
                case Field.Type when reader.TokenType == JsonTokenType.String:
                    type = GetString(ref reader);
                    break;
                case Field.Action when reader.TokenType == JsonTokenType.String:
                    action = GetString(ref reader);
                    break;
                case Field.Actor when reader.TokenType == JsonTokenType.StartObject:
                    ReadActor(ref reader, json, out actorId, out attributes);
                    break;
                case Field.TimeNano when reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value):
                    nanoseconds = value;
                    break;
                case Field.Time when reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value):
                    seconds = value;
                    break;
                case Field.Status when reader.TokenType == JsonTokenType.String:
                    status = new Text(reader.ValueSpan, reader.ValueIsEscaped);
                    break;
                case Field.Id when reader.TokenType == JsonTokenType.String:
                    id = new Text(reader.ValueSpan, reader.ValueIsEscaped);
                    break;
                case Field.From when reader.TokenType == JsonTokenType.String:
                    from = new Text(reader.ValueSpan, reader.ValueIsEscaped);
                    break;
                case Field.Other:
                    reader.Skip();
                    break;
                default:
                    return $"its {field} is of the wrong kind ({reader.TokenType})";
            }
        }

        if (type is null)
        {
            // Before API 1.22 there were only containers, and these three.
            type = "container";
            action ??= GetString(status);
            actorId = actorId.Length > 0 ? actorId : GetString(id) ?? "";
            attributes = attributes.Count == 0 && GetString(from) is { Length: > 0 } image
                ? EventAttributes.Create([new("image", image)])
                : attributes;
        }

        if (string.IsNullOrEmpty(action))
        {
            return "it has no Action";
        }

        if (nanoseconds is null && seconds is < -MaxSeconds or > MaxSeconds)
        {
            return "its time is out of range";
        }

        decoded = new DockerEvent(type, action, actorId, attributes, nanoseconds ?? (seconds ?? 0) * NanosecondsPerSecond);
        return null;
    }

    private void ReadActor(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, out string id, out EventAttributes attributes)
    {
        id = "";
        attributes = EventAttributes.Empty;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("ID"u8);
            var isAttributes = !isId && reader.ValueTextEquals("Attributes"u8);
            reader.Read();
            if (isId && reader.TokenType == JsonTokenType.String)
            {
                id = GetString(ref reader);
            }
            else if (isAttributes && reader.TokenType == JsonTokenType.StartObject)
            {
                attributes = ReadAttributes(ref reader, json);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private EventAttributes ReadAttributes(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var scratch = _scratch;
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = GetString(ref reader);
            reader.Read();
            var value = reader.TokenType == JsonTokenType.String ? GetString(ref reader) : GetOther(ref reader, json);
            if (count == scratch.Length)
            {
                Array.Resize(ref scratch, count * 2);
            }

            scratch[count++] = new(key, value);
        }

        _scratch = scratch.Length <= ScratchKept ? scratch : _scratch;
        return EventAttributes.Create(scratch.AsSpan(0, count));
    }

    // Attributes are strings; should one not be, its JSON is better than nothing.
    private string GetOther(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return "";
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return _strings.Get(json[start..(int)reader.BytesConsumed]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private string GetString(ref Utf8JsonReader reader) => reader.ValueIsEscaped
        ? JsonStringText.Unescape(reader.ValueSpan, _strings)
        : _strings.Get(reader.ValueSpan);

    private string? GetString(Text text) => text switch
    {
        { IsPresent: false } => null,
        { IsEscaped: true } => JsonStringText.Unescape(text.Utf8, _strings),
        _ => _strings.Get(text.Utf8),
    };

    private Field FieldOf(ref Utf8JsonReader reader)
    {
        var name = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(GetString(ref reader)) : reader.ValueSpan;
        return name.Length switch
        {
            4 when name.SequenceEqual("Type"u8) => Field.Type,
            6 when name.SequenceEqual("Action"u8) => Field.Action,
            5 when name.SequenceEqual("Actor"u8) => Field.Actor,
            8 when name.SequenceEqual("timeNano"u8) => Field.TimeNano,
            4 when name.SequenceEqual("time"u8) => Field.Time,
            6 when name.SequenceEqual("status"u8) => Field.Status,
            2 when name.SequenceEqual("id"u8) => Field.Id,
            4 when name.SequenceEqual("from"u8) => Field.From,
            _ => Field.Other,
        };
    }

    /// <summary>A string that is decoded only if it turns out to be needed.</summary>
    private readonly ref struct Text
    {
        public Text(ReadOnlySpan<byte> utf8, bool isEscaped)
        {
            Utf8 = utf8;
            IsEscaped = isEscaped;
            IsPresent = true;
        }

        public ReadOnlySpan<byte> Utf8 { get; }

        public bool IsEscaped { get; }

        public bool IsPresent { get; }
    }
}

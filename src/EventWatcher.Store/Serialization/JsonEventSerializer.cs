using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EventWatcher.Store;

/// <summary>Writes and reads objects as JSON, by a registry of types; without reflection. Safe from any thread.</summary>
/// <example>
/// <code>
/// var serializer = new JsonEventSerializer()
///     .RegisterType("Order", ShopJsonContext.Default.Order)
///     .RegisterType("Invoice", ShopJsonContext.Default.Invoice);
/// </code>
/// </example>
public sealed class JsonEventSerializer : IEventSerializer
{
    [ThreadStatic]
    private static Utf8JsonWriter? _idleWriter;

    private readonly ConcurrentDictionary<string, JsonTypeInfo> _types = new(StringComparer.Ordinal);

    /// <summary>Registers a type.</summary>
    /// <typeparam name="T">The type; objects of types derived from it are written as it.</typeparam>
    /// <param name="objectType">Its name in the log: what is registered once must be for as long as the log lives. Case-sensitive.</param>
    /// <param name="typeInfo">How it is written and read, from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <returns>The serializer.</returns>
    /// <exception cref="ArgumentException">The name is empty, or registered already.</exception>
    public JsonEventSerializer RegisterType<T>(string objectType, JsonTypeInfo<T> typeInfo)
        where T : notnull
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(objectType);
        ArgumentNullException.ThrowIfNull(typeInfo);
        if (!_types.TryAdd(objectType, typeInfo))
        {
            throw new ArgumentException($"\"{objectType}\" is registered already, as {_types[objectType].Type.Name}.", nameof(objectType));
        }

        return this;
    }

    /// <inheritdoc/>
    public bool IsTypeRegistered(string objectType)
    {
        ArgumentNullException.ThrowIfNull(objectType);
        return _types.ContainsKey(objectType);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The type is not registered.</exception>
    /// <exception cref="ArgumentException">The object is not of the type that is registered.</exception>
    /// <exception cref="JsonException">The object can't be written.</exception>
    public void Serialize(string objectType, object value, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(output);
        var typeInfo = Find(objectType);
        if (!typeInfo.Type.IsInstanceOfType(value))
        {
            throw new ArgumentException($"\"{objectType}\" is registered as {typeInfo.Type.Name}, and the object is a {value.GetType().Name}.", nameof(value));
        }

        // Taken while it is in use: a converter may come back here on the same thread.
        var writer = _idleWriter ?? new Utf8JsonWriter(output);
        _idleWriter = null;
        writer.Reset(output);
        try
        {
            JsonSerializer.Serialize(writer, value, typeInfo);
            writer.Flush();
        }
        finally
        {
            // Nothing of the output is held on to.
            writer.Reset(Stream.Null);
            _idleWriter = writer;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The type is not registered.</exception>
    /// <exception cref="JsonException">The bytes are not the JSON of such an object.</exception>
    public object Deserialize(string objectType, ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize(payload.Span, Find(objectType)) ?? throw new JsonException("the JSON is null");

    private JsonTypeInfo Find(string objectType)
    {
        ArgumentNullException.ThrowIfNull(objectType);
        return _types.TryGetValue(objectType, out var typeInfo)
            ? typeInfo
            : throw new NotSupportedException($"\"{objectType}\" is not registered");
    }
}

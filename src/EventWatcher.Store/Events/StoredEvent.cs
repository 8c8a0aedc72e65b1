using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Store;

/// <summary>An event as a store holds it. Immutable, and safe from any thread.</summary>
/// <remarks>
/// The object is decoded on demand, each time anew: a filter costs no decoding, nobody shares an instance with the
/// writer or another reader, and a record that can't be decoded hurts only who asks for it.
/// </remarks>
public sealed class StoredEvent
{
    private readonly IEventSerializer _serializer;

    /// <summary>Initializes an event; for implementations of <see cref="IEventStore"/>.</summary>
    /// <param name="sequenceNumber">Its number, from 1.</param>
    /// <param name="operation">What was done.</param>
    /// <param name="objectType">The type of the object.</param>
    /// <param name="timestamp">When the store took it.</param>
    /// <param name="payload">The object's bytes; they must never change.</param>
    /// <param name="serializer">What decodes them.</param>
    public StoredEvent(
        long sequenceNumber,
        StoreOperation operation,
        string objectType,
        DateTimeOffset timestamp,
        ReadOnlyMemory<byte> payload,
        IEventSerializer serializer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceNumber, 1);
        ArgumentNullException.ThrowIfNull(objectType);
        ArgumentNullException.ThrowIfNull(serializer);
        SequenceNumber = sequenceNumber;
        Operation = operation;
        ObjectType = objectType;
        Timestamp = timestamp;
        Payload = payload;
        _serializer = serializer;
    }

    /// <summary>Gets the event's number: from 1, one more than that of the event before it.</summary>
    public long SequenceNumber { get; }

    /// <summary>Gets what was done.</summary>
    public StoreOperation Operation { get; }

    /// <summary>Gets the type of the object.</summary>
    public string ObjectType { get; }

    /// <summary>Gets when the store took the event, in UTC; never before that of the event before it, whatever the clock did.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>Gets the object as it was written.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Decodes the object.</summary>
    /// <typeparam name="T">What it is expected to be.</typeparam>
    /// <returns>A new instance.</returns>
    /// <exception cref="EventDeserializationException">
    /// The type is not registered, the bytes can't be decoded, or the object is not a <typeparamref name="T"/>.
    /// </exception>
    public T GetObject<T>()
    {
        object value;
        try
        {
            value = _serializer.Deserialize(ObjectType, Payload);
        }
        catch (Exception exception)
        {
            throw new EventDeserializationException(SequenceNumber, ObjectType, exception.Message, exception);
        }

        return value is T typed
            ? typed
            : throw new EventDeserializationException(
                SequenceNumber, ObjectType, $"it is registered as {value?.GetType().Name ?? "null"}, and {typeof(T).Name} was asked for");
    }

    /// <summary>Decodes the object where that is possible.</summary>
    /// <typeparam name="T">What it is expected to be.</typeparam>
    /// <param name="value">A new instance, or the default.</param>
    /// <returns>False where <see cref="GetObject{T}"/> would throw.</returns>
    public bool TryGetObject<T>([MaybeNullWhen(false)] out T value)
    {
        try
        {
            value = GetObject<T>();
            return true;
        }
        catch (EventDeserializationException)
        {
            value = default;
            return false;
        }
    }

    /// <summary>Returns the event for people, without its payload.</summary>
    /// <returns><c>"7 Create Order"</c>.</returns>
    public override string ToString() => $"{SequenceNumber} {Operation} {ObjectType}";
}

namespace EventWatcher.Store;

/// <summary>An event on its way into a store, which gives it its number and its time.</summary>
/// <remarks>
/// Made by <see cref="Of"/> from an object, which the store's <see cref="IEventSerializer"/> writes before the append
/// returns, so that nothing is shared with the writer afterwards; or by <see cref="FromPayload"/> from bytes.
/// </remarks>
public readonly record struct NewEvent
{
    private NewEvent(StoreOperation operation, string objectType, object? value, ReadOnlyMemory<byte> payload)
    {
        Operation = operation;
        ObjectType = objectType;
        Value = value;
        Payload = payload;
    }

    /// <summary>Gets what was done.</summary>
    public StoreOperation Operation { get; }

    /// <summary>Gets the type of the object, as it is registered with the serializer.</summary>
    public string ObjectType { get; }

    /// <summary>Gets the object; null where the event was made of bytes.</summary>
    public object? Value { get; }

    /// <summary>Gets the bytes; empty where the event was made of an object.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Makes an event of an object.</summary>
    /// <param name="operation">What was done.</param>
    /// <param name="objectType">The type of the object, as it is registered with the store's serializer; at most 65,535 bytes of UTF-8.</param>
    /// <param name="value">The object. It is written when the event is stored; it must not change until the append returns.</param>
    /// <returns>The event.</returns>
    /// <exception cref="ArgumentException"><paramref name="operation"/> or <paramref name="objectType"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public static NewEvent Of(StoreOperation operation, string objectType, object value)
    {
        Validate(operation, objectType);
        ArgumentNullException.ThrowIfNull(value);
        return new NewEvent(operation, objectType, value, default);
    }

    /// <summary>Makes an event of bytes, which the store takes as they are. The type need not be registered.</summary>
    /// <param name="operation">What was done.</param>
    /// <param name="objectType">The type of the object; at most 65,535 bytes of UTF-8.</param>
    /// <param name="payload">The bytes, possibly none. They are copied by the append; they must not change until it returns.</param>
    /// <returns>The event.</returns>
    /// <exception cref="ArgumentException"><paramref name="operation"/> or <paramref name="objectType"/> is empty.</exception>
    public static NewEvent FromPayload(StoreOperation operation, string objectType, ReadOnlyMemory<byte> payload)
    {
        Validate(operation, objectType);
        return new NewEvent(operation, objectType, null, payload);
    }

    private static void Validate(StoreOperation operation, string objectType)
    {
        if (operation.Value.Length == 0)
        {
            throw new ArgumentException("The operation is empty; allowed: Create, Update, Delete, or a word of one's own.", nameof(operation));
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(objectType);
    }
}

using System.Buffers;
using System.Text;

namespace EventWatcher.Store;

/// <summary>The door of every store: what comes in is turned into bytes of its own, or refused before anything is stored.</summary>
internal static class EventEncoder
{
    /// <summary>How long an operation may be, in bytes of UTF-8.</summary>
    public const int MaxOperationBytes = 255;

    /// <summary>How long an object type may be, in bytes of UTF-8.</summary>
    public const int MaxObjectTypeBytes = 65_535;

    /// <summary>Checks the names of an event.</summary>
    /// <exception cref="ArgumentException">The event is the default value.</exception>
    /// <exception cref="EventSerializationException">A name is too long or can't be UTF-8.</exception>
    public static void RefuseBadNames(in NewEvent newEvent)
    {
        if (newEvent.ObjectType is not { } objectType)
        {
            throw new ArgumentException("The event is the default value; make it by NewEvent.Of or NewEvent.FromPayload.", nameof(newEvent));
        }

        RefuseBad(objectType, "its operation", newEvent.Operation.Value, MaxOperationBytes);
        RefuseBad(objectType, "the name of its type", objectType, MaxObjectTypeBytes);
    }

    /// <summary>Appends the payload of an event that was made of an object to a buffer.</summary>
    /// <param name="objectType">The object's type, checked.</param>
    /// <param name="value">The object.</param>
    /// <param name="serializer">The store's serializer.</param>
    /// <param name="output">Takes the bytes; whatever it got of an event that was refused is the caller's to cut off.</param>
    /// <exception cref="EventSerializationException">The type is not registered, or the serializer threw.</exception>
    public static void Serialize(string objectType, object value, IEventSerializer serializer, IBufferWriter<byte> output)
    {
        try
        {
            if (!serializer.IsTypeRegistered(objectType))
            {
                throw new EventSerializationException(objectType, "the type is not registered; register it with the store's serializer first");
            }

            serializer.Serialize(objectType, value, output);
        }
        catch (Exception exception) when (exception is not EventSerializationException)
        {
            throw new EventSerializationException(objectType, exception.Message, exception);
        }
    }

    private static void RefuseBad(string objectType, string what, string text, int allowed)
    {
        if (!Utf16.IsWhole(text))
        {
            throw new EventSerializationException(objectType, $"{what} has half of a surrogate pair, which UTF-8 can't hold");
        }

        // A character is at most three bytes, so that most names need not be counted.
        if (text.Length > allowed / 3 && Encoding.UTF8.GetByteCount(text) is var bytes && bytes > allowed)
        {
            throw new EventSerializationException(
                objectType.Length > 100 ? objectType[..100] + "…" : objectType, $"{what} takes {bytes} bytes of UTF-8; allowed: {allowed}");
        }
    }
}

using System.Buffers;

namespace EventWatcher.Store;

/// <summary>Turns objects into payloads and back. Must be safe from any thread.</summary>
public interface IEventSerializer
{
    /// <summary>Tells whether objects of a type can be written and read.</summary>
    /// <param name="objectType">The type's name in the log.</param>
    /// <returns>True where it is registered.</returns>
    bool IsTypeRegistered(string objectType);

    /// <summary>Writes an object.</summary>
    /// <param name="objectType">The type's name in the log.</param>
    /// <param name="value">The object.</param>
    /// <param name="output">Takes the bytes.</param>
    /// <remarks>Whatever it throws reaches the writer as <see cref="EventSerializationException"/>, and nothing is stored.</remarks>
    void Serialize(string objectType, object value, IBufferWriter<byte> output);

    /// <summary>Reads an object.</summary>
    /// <param name="objectType">The type's name in the log.</param>
    /// <param name="payload">The bytes.</param>
    /// <returns>A new instance.</returns>
    /// <remarks>Whatever it throws reaches the reader as <see cref="EventDeserializationException"/>.</remarks>
    object Deserialize(string objectType, ReadOnlyMemory<byte> payload);
}

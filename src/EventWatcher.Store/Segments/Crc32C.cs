using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>CRC-32C, by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The state before the first byte.</summary>
    public const uint Start = uint.MaxValue;

    /// <summary>Takes more bytes in.</summary>
    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            state = BitOperations.Crc32C(state, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var last in bytes[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, last);
        }

        return state;
    }

    public static uint Add(uint state, long value) => BitOperations.Crc32C(state, (ulong)value);

    public static uint End(uint state) => ~state;
}

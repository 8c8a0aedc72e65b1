using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>CRC-32C, by the processor's instruction where it has one.</summary>
/// <remarks>
/// The instruction takes three clocks, and a new one can begin with each clock: long runs are cut in three lanes, which
/// are taken in side by side and put together by what the first lanes would be with the later ones' length of zeros.
/// </remarks>
internal static class Crc32C
{
    /// <summary>The state before the first byte.</summary>
    public const uint Start = uint.MaxValue;

    private const int LaneWords = 128;
    private const int LaneBytes = LaneWords * sizeof(ulong);
    private const int Lanes = 3;

    /// <summary>Takes more bytes in.</summary>
    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= Lanes * LaneBytes; bytes = bytes[(Lanes * LaneBytes)..])
        {
            state = AddLanes(state, MemoryMarshal.Cast<byte, ulong>(bytes[..(Lanes * LaneBytes)]));
        }

        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            state = BitOperations.Crc32C(state, LittleEndian(word));
        }

        foreach (var last in bytes[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, last);
        }

        return state;
    }

    public static uint Add(uint state, long value) => BitOperations.Crc32C(state, (ulong)value);

    public static uint End(uint state) => ~state;

    private static uint AddLanes(uint state, ReadOnlySpan<ulong> words)
    {
        var first = words[..LaneWords];
        var second = words.Slice(LaneWords, LaneWords);
        var third = words.Slice(2 * LaneWords, LaneWords);
        var (one, two, three) = (state, 0u, 0u);
        for (var i = 0; i < LaneWords; i++)
        {
            one = BitOperations.Crc32C(one, LittleEndian(first[i]));
            two = BitOperations.Crc32C(two, LittleEndian(second[i]));
            three = BitOperations.Crc32C(three, LittleEndian(third[i]));
        }

        return LaneOfZeros.After(LaneOfZeros.After(one) ^ two) ^ three;
    }

    private static ulong LittleEndian(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    /// <summary>What a state becomes by a lane of zeros: each of its bits adds its own share, looked up for eight of them at once.</summary>
    private static class LaneOfZeros
    {
        private const int Values = 256;
        private const int BitsInByte = 8;

        private static readonly uint[] Shares = Make();

        public static uint After(uint state)
        {
            var shares = Shares;
            return shares[(byte)state]
                ^ shares[Values + (byte)(state >> BitsInByte)]
                ^ shares[(2 * Values) + (byte)(state >> (2 * BitsInByte))]
                ^ shares[(3 * Values) + (byte)(state >> (3 * BitsInByte))];
        }

        private static uint[] Make()
        {
            var shares = new uint[sizeof(uint) * Values];
            for (var bit = 0; bit < sizeof(uint) * BitsInByte; bit++)
            {
                var share = 1u << bit;
                for (var i = 0; i < LaneWords; i++)
                {
                    share = BitOperations.Crc32C(share, 0ul);
                }

                // A value's share is that of its highest bit, and that of the rest, which is there already.
                var table = shares.AsSpan(bit / BitsInByte * Values, Values);
                var highest = 1 << (bit % BitsInByte);
                for (var rest = 0; rest < highest; rest++)
                {
                    table[highest + rest] = share ^ table[rest];
                }
            }

            return shares;
        }
    }
}

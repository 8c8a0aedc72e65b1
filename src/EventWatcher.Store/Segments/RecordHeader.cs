using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>The head of a record, an event within a frame. Its number is its place in the frame.</summary>
/// <remarks>
/// <code>0 payload length 4     4 type length 2     6 operation length 1     7 zero 1     8 timestamp 8     16 payload, type, operation</code>
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecordHeader(int PayloadLength, int TypeLength, int OperationLength, long Timestamp)
{
    public const int Size = 16;

    /// <summary>Gets the length of the whole record; long, since a bad head may say anything.</summary>
    public long Length => (long)Size + PayloadLength + TypeLength + OperationLength;

    public static RecordHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
        bytes[6],
        BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));

    /// <summary>Sets the time of every record of a run.</summary>
    public static void Stamp(Span<byte> records, long timestamp)
    {
        while (records.Length >= Size)
        {
            BinaryPrimitives.WriteInt64LittleEndian(records[8..], timestamp);
            records = records[(int)Read(records).Length..];
        }
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, PayloadLength);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)TypeLength);
        bytes[6] = (byte)OperationLength;
        bytes[7] = 0;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Timestamp);
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>The head of a frame, the unit on disk: what one flush made durable, under one checksum.</summary>
/// <param name="Length">The frame's length in bytes, this head and the padding included; a multiple of <see cref="Alignment"/>.</param>
/// <param name="Count">How many numbers it takes: the events in it. 0 where it only declares what is durable.</param>
/// <param name="Epoch">Which opening of the store wrote it; never falls within a file.</param>
/// <param name="First">The number of its first event, or the number that would be next.</param>
/// <param name="DurableTo">Up to which byte of the file everything was on the disk when the frame was written.</param>
/// <remarks>
/// <code>
/// 0  magic      4 bytes, the format's version among them
/// 4  checksum   CRC-32C of the file's id, the frame's place in it, and all that follows here
/// 8  length     4     12 count 4     16 epoch 4     20 zero 4
/// 24 first      8     32 durable to 8          40 what it holds, padded with zeros
/// </code>
/// The file's id and the place in the checksum make a copy of a frame elsewhere, say in an event's payload, no frame.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FrameHeader(int Length, int Count, uint Epoch, long First, long DurableTo)
{
    public const int Size = 40;
    public const int Alignment = 8;

    private const int ChecksumOffset = 4;
    private const int CheckedFrom = 8;

    public static ReadOnlySpan<byte> Magic => "EWF\x01"u8;

    /// <summary>Gets the number after its last.</summary>
    public long Next => First + Count;

    public static int Align(int length) => (length + Alignment - 1) & -Alignment;

    /// <summary>Writes the head and the checksum of a frame whose content is there, the padding included.</summary>
    public void Seal(Span<byte> frame, long fileId, long offset)
    {
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame[8..], Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[12..], Count);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[16..], Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[20..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(frame[24..], First);
        BinaryPrimitives.WriteInt64LittleEndian(frame[32..], DurableTo);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[ChecksumOffset..], Checksum(frame, fileId, offset));
    }

    /// <summary>Reads a head, if it can be one. That the frame is whole, <see cref="IsWhole"/> tells.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < Size || !bytes.StartsWith(Magic))
        {
            return false;
        }

        header = new FrameHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
        return header.Length >= Size
            && header.Length % Alignment == 0
            && header.Count >= 0
            && (long)header.Count * RecordHeader.Size <= header.Length - Size
            && header.First >= 1;
    }

    /// <summary>Tells whether a frame is as it was written, at this place of this file.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> frame, long fileId, long offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame[ChecksumOffset..]) == Checksum(frame, fileId, offset);

    private static uint Checksum(ReadOnlySpan<byte> frame, long fileId, long offset) =>
        Crc32C.End(Crc32C.Add(Crc32C.Add(Crc32C.Add(Crc32C.Start, fileId), offset), frame[CheckedFrom..]));
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EventWatcher.Store;

/// <summary>The head of a file of frames. A file gets its name only when its head is on the disk, so that a bad one is damage.</summary>
/// <param name="Kind">What its frames hold.</param>
/// <param name="Id">A random number: frames of another file are none in this one.</param>
/// <param name="First">The number of its first event.</param>
/// <param name="PreviousFirst">The same of the segment before it, so that a missing one is seen; 0 where there never was one.</param>
/// <param name="Timestamp">No event before this file is younger, none in it older; in ticks of UTC.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileHeader(FileKind Kind, long Id, long First, long PreviousFirst, long Timestamp)
{
    public const int Size = 64;

    private const int ChecksumOffset = 4;
    private const int CheckedFrom = 8;

    private static ReadOnlySpan<byte> Magic => "EWL\x01"u8;

    /// <summary>Makes the head of a new file.</summary>
    public static FileHeader New(FileKind kind, long first, long previousFirst, long timestamp) =>
        new(kind, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))), first, previousFirst, timestamp);

    public void Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], (int)Kind);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Id);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], PreviousFirst);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], Timestamp);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[ChecksumOffset..], Checksum(bytes));
    }

    /// <summary>Reads the head of a file.</summary>
    /// <exception cref="EventStoreDamagedException">It is not one.</exception>
    public static FileHeader Read(IStorageFile file, string path, FileKind kind, SequenceRange sequences)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (file.Read(bytes, 0) < Size)
        {
            throw new EventStoreDamagedException(path, 0, sequences, "it is shorter than its own head; restore it from a copy");
        }

        if (!bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Checksum(bytes)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != (int)kind)
        {
            throw new EventStoreDamagedException(path, 0, sequences, "its head is not as it was written; restore it from a copy");
        }

        return new FileHeader(
            kind,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]));
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes) => Crc32C.End(Crc32C.Add(Crc32C.Start, bytes[CheckedFrom..Size]));
}

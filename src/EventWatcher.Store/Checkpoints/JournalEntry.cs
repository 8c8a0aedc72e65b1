using System.Buffers.Binary;
using System.Text;

namespace EventWatcher.Store;

/// <summary>A line of the checkpoint journal.</summary>
/// <remarks><code>0 kind 1     1 zero 1     2 id length 2     4 number 8     12 time 8     20 id</code></remarks>
internal sealed record JournalEntry(JournalEntryKind Kind, string WatcherId, long Number, long Timestamp)
{
    private const int HeadSize = 20;

    /// <summary>Gets or sets a value indicating whether there was something to delete.</summary>
    public bool HadEffect { get; set; }

    public int Size => HeadSize + Encoding.UTF8.GetByteCount(WatcherId);

    /// <summary>Reads the next entry; null where there is none.</summary>
    public static JournalEntry? Read(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadSize || bytes[0] == 0)
        {
            return null;
        }

        var size = HeadSize + BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        if (size > bytes.Length)
        {
            return null;
        }

        var entry = new JournalEntry(
            (JournalEntryKind)bytes[0],
            Encoding.UTF8.GetString(bytes[HeadSize..size]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]));
        bytes = bytes[size..];
        return entry;
    }

    public int Write(Span<byte> bytes)
    {
        var length = Encoding.UTF8.GetBytes(WatcherId, bytes[HeadSize..]);
        bytes[0] = (byte)Kind;
        bytes[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], Timestamp);
        return HeadSize + length;
    }
}

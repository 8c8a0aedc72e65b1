using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>The bytes of a frame while it is made. Large ones begin at a page's begin and are never moved, so that the disk can take them from where they are.</summary>
internal sealed class FrameBuffer
{
    /// <summary>From this length on frames begin and end with a page of the file where they can, and are written past the system's cache.</summary>
    public const int Large = 64 * 1024;

    public const int Page = 4096;

    private readonly byte[] _bytes;
    private readonly int _start;

    /// <summary>Initializes a buffer of so many bytes, which may be anything.</summary>
    public FrameBuffer(int length)
    {
        Length = length;
        if (length < Large || length > Array.MaxLength - Page)
        {
            _bytes = new byte[length];
        }
        else
        {
            _bytes = GC.AllocateUninitializedArray<byte>(length + Page, pinned: true);
            _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0) & (Page - 1));
        }
    }

    public int Length { get; }

    public Span<byte> Span => _bytes.AsSpan(_start, Length);

    public Memory<byte> Memory => _bytes.AsMemory(_start, Length);

    /// <summary>Makes a buffer longer that would be too short.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="used">How many bytes of it are kept.</param>
    /// <param name="needed">How many it must hold.</param>
    public static void Ensure(ref FrameBuffer buffer, int used, long needed)
    {
        if (needed > buffer.Length)
        {
            var longer = new FrameBuffer((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * buffer.Length)));
            buffer.Span[..used].CopyTo(longer.Span);
            buffer = longer;
        }
    }
}

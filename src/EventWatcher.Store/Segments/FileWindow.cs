using System.Buffers;

namespace EventWatcher.Store;

/// <summary>A file as one long run of bytes, of which a part is in memory. For one reader at a time.</summary>
internal sealed class FileWindow(IStorageFile file, int usualSize = FileWindow.UsualSize) : IDisposable
{
    public const int UsualSize = 128 * 1024;

    private byte[] _buffer = [];
    private long _start;
    private int _count;

    /// <summary>Returns bytes; they are good until the next call.</summary>
    /// <returns>Fewer than asked for only at the end of the file.</returns>
    public ReadOnlySpan<byte> Get(long offset, int length)
    {
        if (offset < _start || offset + length > _start + _count)
        {
            Load(offset, length);
        }

        var skipped = (int)(offset - _start);
        return _buffer.AsSpan(skipped, Math.Min(length, _count - skipped));
    }

    /// <summary>Forgets what is in memory: what is asked for next is read from the file.</summary>
    public void Forget() => _count = 0;

    public void Dispose() => Resize(0);

    private void Load(long offset, int length)
    {
        var size = Math.Max(length, usualSize);
        if (_buffer.Length < size)
        {
            Resize(size);
        }

        _start = offset;
        _count = 0;
        _count = file.Read(_buffer, offset);
    }

    private void Resize(int size)
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _count = 0;
        _buffer = size > 0 ? ArrayPool<byte>.Shared.Rent(size) : [];
    }
}

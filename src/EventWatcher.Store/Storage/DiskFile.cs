using Microsoft.Win32.SafeHandles;

namespace EventWatcher.Store;

/// <summary>A file of the file system.</summary>
internal sealed class DiskFile(SafeFileHandle handle) : IStorageFile
{
    private static readonly byte[] Zeros = new byte[256 * 1024];

    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> buffer, long offset)
    {
        var done = 0;
        while (done < buffer.Length && RandomAccess.Read(handle, buffer[done..], offset + done) is var read and > 0)
        {
            done += read;
        }

        return done;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (!DirectWriting.TryWrite(handle, bytes, offset))
        {
            RandomAccess.Write(handle, bytes, offset);
        }
    }

    public void Allocate(long length)
    {
        var before = Length;
        if (length <= before)
        {
            return;
        }

        try
        {
            if (!DiskAllocation.TryAllocate(handle, before, length - before))
            {
                // Where a file system can't promise room, zeros take it.
                for (var offset = before; offset < length; offset += Zeros.Length)
                {
                    Write(Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - offset)), offset);
                }
            }
        }
        catch (IOException)
        {
            Truncate(before);
            throw;
        }
    }

    public void Truncate(long length) => RandomAccess.SetLength(handle, length);

    public void Flush() => DiskFlush.File(handle);

    public void Dispose() => handle.Dispose();
}

namespace EventWatcher.Store;

/// <summary>The end of a file of frames, where the next one goes, with room made ahead. For one writer at a time.</summary>
/// <remarks>
/// Small frames go to bytes that are zero on the disk already, so that a flush has only data to write and nothing of
/// the file system's own; large ones, where that would double the work, to room that is only taken, and in whole pages,
/// so that the file can take them from where they are.
/// </remarks>
internal sealed class FrameWriter : IDisposable
{
    private readonly IStorageFile _file;
    private readonly long _step;
    private readonly byte[] _zeros;
    private long _allocated;
    private long _zeroed;

    /// <summary>Initializes the end of a file.</summary>
    /// <param name="file">The file; the writer's own from now on.</param>
    /// <param name="header">Its head.</param>
    /// <param name="end">Where its frames end.</param>
    /// <param name="allocationStep">How much room is taken at once.</param>
    /// <param name="zeroingStep">How much is zeroed at once.</param>
    public FrameWriter(IStorageFile file, FileHeader header, long end, long allocationStep, int zeroingStep)
    {
        _file = file;
        _step = allocationStep;
        _zeros = new byte[zeroingStep];
        _allocated = file.Length;
        _zeroed = end;
        Header = header;
        End = end;
        DurableTo = end;
    }

    /// <summary>Gets the file's head.</summary>
    public FileHeader Header { get; }

    /// <summary>Gets where the next frame goes.</summary>
    public long End { get; private set; }

    /// <summary>Gets up to where everything is on the disk.</summary>
    public long DurableTo { get; private set; }

    /// <summary>Gets how much of the disk the file takes.</summary>
    public long Allocated => _allocated;

    /// <summary>Gets a value indicating whether a write or a flush failed: what is on the disk isn't known any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Gets how long the next frame becomes by its padding.</summary>
    /// <param name="length">What it holds, its head included.</param>
    /// <param name="isToEndWithPage">Whether a large one ends with a page, so that the next one begins with one.</param>
    public int LengthOf(int length, bool isToEndWithPage) =>
        isToEndWithPage && length >= FrameBuffer.Large ? (int)(Align(End + length) - End) : FrameHeader.Align(length);

    /// <summary>Sees to it that the next frame has room. Where it throws, the file is as it was, unless <see cref="IsBroken"/>.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Reserve(int frameLength)
    {
        var end = End + frameLength;
        if (end > _allocated)
        {
            Allocate(end);
        }

        if (frameLength < FrameBuffer.Large && end > _zeroed)
        {
            // The room is there, and whatever fails here, no frame was lost by it. But a flush that failed may have
            // been the one of earlier frames, where they were not flushed yet.
            var to = Math.Max(end, Math.Min(_allocated, End + _zeros.Length));
            for (var offset = End; offset < to; offset += _zeros.Length)
            {
                _file.Write(_zeros.AsSpan(0, (int)Math.Min(_zeros.Length, to - offset)), offset);
            }

            Flush();
            _zeroed = to;
        }
    }

    /// <summary>Writes a sealed frame into the room that was reserved.</summary>
    public void Write(ReadOnlySpan<byte> frame)
    {
        try
        {
            _file.Write(frame, End);
        }
        catch
        {
            IsBroken = true;
            throw;
        }

        End += frame.Length;
        _zeroed = Math.Max(_zeroed, End);
    }

    /// <summary>Flushes. Never asked for again once it failed: the next call might say yes to what was lost.</summary>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(IsBroken, this);
        try
        {
            _file.Flush();
        }
        catch
        {
            IsBroken = true;
            throw;
        }

        DurableTo = End;
    }

    /// <summary>Gives the room behind the last frame back.</summary>
    public void TruncateToEnd()
    {
        _file.Truncate(End);
        _allocated = End;
        _zeroed = End;
    }

    public void Dispose() => _file.Dispose();

    private void Allocate(long end)
    {
        try
        {
            _file.Allocate(Align(Math.Max(end, _allocated + _step)));
        }
        catch (IOException)
        {
            // Little is left; perhaps enough for this one.
            _file.Allocate(Align(end));
        }
        finally
        {
            _allocated = _file.Length;
        }
    }

    private static long Align(long length) => (length + FrameBuffer.Page - 1) & -FrameBuffer.Page;
}

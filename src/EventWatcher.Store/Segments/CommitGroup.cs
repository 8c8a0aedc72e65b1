namespace EventWatcher.Store;

/// <summary>The records that will share a frame and a flush, and those who wait for it.</summary>
internal sealed class CommitGroup
{
    private const int UsualSize = 64 * 1024;
    private const int LargestKept = 4 * 1024 * 1024;

    /// <summary>From here on buffers change hands, and bytes are not copied.</summary>
    private const int WorthExchanging = 16 * 1024;

    private byte[] _buffer = new byte[UsualSize];

    /// <summary>Gets how many records there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets how long the frame is so far, in bytes, without padding.</summary>
    public int Length { get; private set; } = FrameHeader.Size;

    /// <summary>Gets the time of its first record, in ticks of UTC.</summary>
    public long FirstTimestamp { get; private set; }

    /// <summary>Gets the time of its last record, in ticks of UTC.</summary>
    public long LastTimestamp { get; private set; }

    public List<AppendWaiter> Waiters { get; } = [];

    /// <summary>Takes records, one after another.</summary>
    public void Add(RecordEncoder records, long timestamp)
    {
        var start = Length;
        var count = records.Count;
        if (Count == 0)
        {
            FirstTimestamp = timestamp;
        }

        LastTimestamp = timestamp;
        if (Count == 0 && records.Records.Length >= WorthExchanging)
        {
            (_buffer, Length) = records.Exchange(_buffer);
        }
        else
        {
            var bytes = records.Records;
            EnsureRoom(Length + bytes.Length);
            bytes.CopyTo(_buffer.AsSpan(start));
            Length += bytes.Length;
        }

        RecordHeader.Stamp(_buffer.AsSpan(start, Length - start), timestamp);
        Count += count;
    }

    /// <summary>Pads the frame and returns it, its head still to be written.</summary>
    public Span<byte> ToFrame()
    {
        var length = FrameHeader.Align(Length);
        EnsureRoom(length);
        _buffer.AsSpan(Length, length - Length).Clear();
        return _buffer.AsSpan(0, length);
    }

    /// <summary>Makes it ready for use again.</summary>
    public void Clear()
    {
        Count = 0;
        Length = FrameHeader.Size;
        Waiters.Clear();
        if (_buffer.Length > LargestKept)
        {
            _buffer = new byte[UsualSize];
        }
    }

    private void EnsureRoom(int length)
    {
        if (length > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(length, 2L * _buffer.Length)));
        }
    }
}

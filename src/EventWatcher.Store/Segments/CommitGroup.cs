namespace EventWatcher.Store;

/// <summary>The records that will share a frame and a flush, and those who wait for it.</summary>
internal sealed class CommitGroup
{
    private const int UsualSize = 64 * 1024;
    private const int LargestKept = 4 * 1024 * 1024;

    /// <summary>From here on buffers change hands, and bytes are not copied.</summary>
    private const int WorthExchanging = 16 * 1024;

    private FrameBuffer _buffer = new(UsualSize);

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
    /// <param name="records">The records.</param>
    /// <param name="timestamp">The time that they get, in ticks of UTC: never before that of those that are there.</param>
    public void Add(RecordEncoder records, long timestamp)
    {
        var start = Length;
        var (count, encodedAt) = (records.Count, records.Timestamp);
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
            FrameBuffer.Ensure(ref _buffer, Length, Length + (long)bytes.Length);
            bytes.CopyTo(_buffer.Span[start..]);
            Length += bytes.Length;
        }

        if (timestamp != encodedAt)
        {
            RecordHeader.Stamp(_buffer.Span[start..Length], timestamp);
        }

        Count += count;
    }

    /// <summary>Pads the frame to a length and returns it, its head still to be written.</summary>
    public Span<byte> ToFrame(int length)
    {
        FrameBuffer.Ensure(ref _buffer, Length, length);
        _buffer.Span[Length..length].Clear();
        return _buffer.Span[..length];
    }

    /// <summary>Makes it ready for use again.</summary>
    public void Clear()
    {
        Count = 0;
        Length = FrameHeader.Size;
        Waiters.Clear();
        if (_buffer.Length > LargestKept)
        {
            _buffer = new FrameBuffer(UsualSize);
        }
    }
}

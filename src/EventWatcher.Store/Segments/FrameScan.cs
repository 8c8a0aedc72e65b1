namespace EventWatcher.Store;

/// <summary>One scan: what it looks for, what it found, where it has come to.</summary>
internal sealed class FrameScan(
    long first, FilterMatcher matcher, int limit, IEventSerializer serializer, NameCache names, TimeProvider timeProvider)
{
    /// <summary>The clock is not asked at every frame: that takes as long as the frame itself.</summary>
    private const int LooksPerClock = 32;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(50);

    /// <summary>How many events a scan returns where no limit is asked for, and how many bytes, so that no reader asks for the world by accident.</summary>
    private const int MostEvents = 10_000;
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly long _first = first;
    private readonly long _started = timeProvider.GetTimestamp();
    private readonly int _wanted = limit == 0 ? MostEvents : limit;
    private long _bytes;
    private int _looks;
    private bool _isOverBudget;

    public List<StoredEvent> Found { get; } = new(limit is > 0 and <= 1_000 ? limit : 16);

    /// <summary>Gets the number of the event to look at next.</summary>
    public long Next { get; private set; } = first;

    /// <summary>Gets where in the latest frame the record of <see cref="Next"/> is, where the scan stopped within it.</summary>
    public int StoppedAt { get; private set; }

    private bool IsFull => Found.Count >= _wanted || _bytes >= MostBytes;

    /// <summary>Tells whether it has neither enough nor taken too long. However long it takes, it moves.</summary>
    public bool GoesOn()
    {
        if (Next > _first && ++_looks % LooksPerClock == 0)
        {
            _isOverBudget |= timeProvider.GetElapsedTime(_started) > Budget;
        }

        return !IsFull && !_isOverBudget;
    }

    /// <summary>Looks at the events of a frame, from <see cref="Next"/> on.</summary>
    /// <returns>False where a record reaches beyond the frame.</returns>
    public bool Take(FrameHeader header, ReadOnlySpan<byte> frame)
    {
        var records = frame[FrameHeader.Size..];
        for (var number = header.First; number < header.Next && !IsFull; number++)
        {
            if (records.Length < RecordHeader.Size || RecordHeader.Read(records) is var record && (record.PayloadLength < 0 || record.Length > records.Length))
            {
                return false;
            }

            if (number >= Next)
            {
                Take(number, record, records[RecordHeader.Size..]);
                Next = number + 1;
            }

            records = records[(int)record.Length..];
        }

        StoppedAt = frame.Length - records.Length;
        return true;
    }

    /// <summary>Looks at the event <see cref="Next"/>.</summary>
    public void Take(RecordHeader record, ReadOnlySpan<byte> content) => Take(Next++, record, content);

    private void Take(long number, RecordHeader record, ReadOnlySpan<byte> content)
    {
        var type = names.Get(content.Slice(record.PayloadLength, record.TypeLength));
        var operation = new StoreOperation(names.Get(content.Slice(record.PayloadLength + record.TypeLength, record.OperationLength)));
        if (matcher.Matches(operation, type))
        {
            // Bytes of its own: an event that is kept keeps no others in memory.
            Found.Add(new StoredEvent(
                number, operation, type, new DateTimeOffset(record.Timestamp, TimeSpan.Zero), content[..record.PayloadLength].ToArray(), serializer));
            _bytes += record.PayloadLength;
        }
    }
}

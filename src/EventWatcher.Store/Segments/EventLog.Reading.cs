using System.Buffers;

namespace EventWatcher.Store;

// How events are found and read: from the latest frames in memory, else from the files.
internal sealed partial class EventLog
{
    private const int ScratchSize = 64 * 1024;

    /// <summary>Frames from this length on are not read and checked again by whoever goes on within them.</summary>
    private const int LargeFrame = 64 * 1024;

    public ValueTask<LogScan> ScanAsync(long first, EventFilter filter, int limit, CancellationToken cancellationToken)
    {
        var readable = Readable;
        var scan = new FrameScan(first, new FilterMatcher(filter), limit, _serializer, _names, _timeProvider);
        try
        {
            while (scan.Next <= readable.Last && scan.GoesOn() && (ScanRecent(scan, readable.Last) || ScanFile(scan, readable, cancellationToken)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ThrowIfClosed();
            }
        }
        catch (EventStoreDamagedException) when (scan.Next > first)
        {
            // What was read before it is good. The next scan begins with it and tells.
        }

        return ValueTask.FromResult(new LogScan(scan.Found, scan.Next));
    }

    public ValueTask<long> FindAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        var readable = Readable;
        var segments = _segments;
        var ticks = time.UtcTicks;

        // No event before a file is younger than the time in its head, and none in it older: the last file whose time
        // is before the one asked for has the event, or the one after it begins with it.
        var index = Array.FindLastIndex(segments, segment => segment.Header.Timestamp < ticks);
        if (index < 0)
        {
            return ValueTask.FromResult(readable.First);
        }

        var last = LastOf(segments, index, readable);
        try
        {
            return ValueTask.FromResult(Math.Max(readable.First, FindIn(segments[index], ticks, last)));
        }
        catch (FileNotFoundException) when (IsCollected(last))
        {
            return ValueTask.FromResult(Readable.First);
        }
    }

    private long FindIn(Segment segment, long ticks, long last)
    {
        using var file = _storage.Open(segment.FileName, isWritable: false);
        using var window = new FileWindow(file);
        var entry = segment.GetIndex(file, PathOf(segment.FileName), last).FindTime(ticks);
        var cursor = new FrameCursor(window, segment.Header, Math.Max(entry.Offset, FileHeader.Size), Math.Max(entry.First, segment.First));
        while (cursor.Expected <= last)
        {
            ReadFrame(cursor, segment, last, cursor.Expected);
            var records = cursor.Frame[FrameHeader.Size..];
            for (var number = cursor.Header.First; number < cursor.Header.Next; number++)
            {
                var record = RecordHeader.Read(records);
                if (record.Timestamp >= ticks)
                {
                    return number;
                }

                records = records[(int)record.Length..];
            }
        }

        return last + 1;
    }

    private bool ScanRecent(FrameScan scan, long last)
    {
        var before = scan.Next;
        var rented = ArrayPool<byte>.Shared.Rent(ScratchSize);
        try
        {
            var buffer = rented;
            var count = _recent.Copy(before, ref buffer);
            for (var frames = buffer.AsSpan(0, count); frames.Length > 0 && scan.GoesOn() && scan.Next <= last;)
            {
                if (!FrameHeader.TryRead(frames, out var header) || !scan.Take(header, frames[..header.Length]))
                {
                    break;
                }

                frames = frames[header.Length..];
            }

            return scan.Next > before;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Scans the file that holds the next event.</summary>
    /// <returns>False where it was collected meanwhile.</returns>
    private bool ScanFile(FrameScan scan, SequenceRange readable, CancellationToken cancellationToken)
    {
        var segments = _segments;
        var index = Array.FindLastIndex(segments, segment => segment.First <= scan.Next);
        if (index < 0)
        {
            return false;
        }

        var (segment, last) = (segments[index], LastOf(segments, index, readable));
        try
        {
            using var file = _storage.Open(segment.FileName, isWritable: false);
            using var window = new FileWindow(file);
            if (_places.Find(scan.Next, segment.First) is { } place)
            {
                ScanOn(place, scan, window, segment);
                return true;
            }

            var entry = segment.GetIndex(file, PathOf(segment.FileName), last).FindNumber(scan.Next);
            var cursor = new FrameCursor(window, segment.Header, Math.Max(entry.Offset, FileHeader.Size), Math.Max(entry.First, segment.First));
            while (scan.Next <= last && scan.GoesOn())
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadFrame(cursor, segment, last, scan.Next);
                if (!scan.Take(cursor.Header, cursor.Frame))
                {
                    throw Damaged(cursor, segment, last, "a record reaches beyond its frame");
                }

                var header = cursor.Header;
                if (scan.Next < header.Next && header.Length >= LargeFrame)
                {
                    _places.Add(new ScanPlace(scan.Next, header.Next, segment.First, cursor.Offset + scan.StoppedAt, cursor.Offset + header.Length));
                }
            }

            return true;
        }
        catch (FileNotFoundException) when (IsCollected(scan.Next))
        {
            return false;
        }
        catch (FileNotFoundException gone)
        {
            throw new EventStoreDamagedException(PathOf(segment.FileName), 0, new SequenceRange(segment.First, last), "the file is gone; restore it from a copy", gone);
        }
    }

    /// <summary>Goes on within a frame that was checked, record by record.</summary>
    private void ScanOn(ScanPlace place, FrameScan scan, FileWindow window, Segment segment)
    {
        var offset = place.Offset;
        while (scan.Next < place.Next && scan.GoesOn())
        {
            var record = offset + RecordHeader.Size <= place.End && window.Get(offset, RecordHeader.Size) is { Length: RecordHeader.Size } head
                ? RecordHeader.Read(head)
                : default;
            var isWithin = record.TypeLength > 0 && record.PayloadLength >= 0 && offset + record.Length <= place.End;
            var bytes = isWithin ? window.Get(offset, (int)record.Length) : default;
            if (bytes.Length < RecordHeader.Size || bytes.Length < record.Length)
            {
                throw new EventStoreDamagedException(
                    PathOf(segment.FileName), offset, new SequenceRange(scan.Next, place.Next - 1), "a record is not as it was; restore the file from a copy");
            }

            scan.Take(record, bytes[RecordHeader.Size..]);
            offset += record.Length;
        }

        if (scan.Next < place.Next)
        {
            _places.Add(place with { Number = scan.Next, Offset = offset });
        }
    }

    /// <summary>Steps to the frame that holds an event, by heads alone, and checks that one.</summary>
    private void ReadFrame(FrameCursor cursor, Segment segment, long last, long number)
    {
        do
        {
            if (cursor.StepByHead() != FrameStep.Frame)
            {
                throw Damaged(cursor, segment, last, cursor.Fault);
            }
        }
        while (cursor.Header.Next <= number);

        if (cursor.Check() != FrameStep.Frame)
        {
            throw Damaged(cursor, segment, last, cursor.Fault);
        }
    }

    private EventStoreDamagedException Damaged(FrameCursor cursor, Segment segment, long last, string fault) => new(
        PathOf(segment.FileName), cursor.Offset, new SequenceRange(cursor.Expected, last), fault + "; restore the file from a copy");

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new EventStoreClosedException(_storage.Name);
        }
    }
}

using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Store;

/// <summary>Opens the files of a log: checks the heads of all and the frames of the last, and mends its end.</summary>
internal static class LogOpening
{
    /// <summary>Opens a log.</summary>
    /// <param name="storage">Where its files are.</param>
    /// <param name="settings">What its writer is told; null where it is only read, and nothing is changed.</param>
    /// <param name="horizon">The number of the first event that was not collected.</param>
    /// <param name="timestamp">The time now, in ticks of UTC, for a new log.</param>
    /// <exception cref="EventStoreDamagedException">A file is missing, or not as it was written.</exception>
    public static OpenedLog Open(IStorage storage, LogSettings? settings, long horizon, long timestamp)
    {
        var segments = Find(storage);
        if (segments.Count == 0)
        {
            return settings is null
                ? new OpenedLog([], Start: null, 0, TailCut: null)
                : Create(storage, settings, timestamp);
        }

        // A crash while files were deleted may have left any of them.
        while (segments.Count > 1 && segments[1].First <= horizon)
        {
            if (settings is not null)
            {
                storage.Delete(segments[0].FileName);
            }

            segments.RemoveAt(0);
        }

        ThrowIfOneIsMissing(storage, segments, horizon);
        return OpenLast(storage, settings, segments);
    }

    /// <summary>Finds the files of a log, oldest first, and reads their heads.</summary>
    /// <exception cref="EventStoreDamagedException">One has a bad head.</exception>
    public static List<Segment> Find(IStorage storage)
    {
        var segments = new List<Segment>();
        foreach (var name in storage.List().Order(StringComparer.Ordinal))
        {
            if (Segment.TryParseName(name, out var first))
            {
                segments.Add(ReadHead(storage, name, first));
            }
        }

        return segments;
    }

    public static Segment ReadHead(IStorage storage, string name, long first)
    {
        var path = Path.Combine(storage.Name, name);
        using var file = storage.Open(name, isWritable: false);
        var header = FileHeader.Read(file, path, FileKind.Events, new SequenceRange(first, first));
        return header.First == first
            ? new Segment(header)
            : throw new EventStoreDamagedException(path, 0, new SequenceRange(header.First, header.First), "it has another segment's name; give it back its own");
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "What is returned owns it.")]
    private static OpenedLog Create(IStorage storage, LogSettings settings, long timestamp)
    {
        var header = FileHeader.New(FileKind.Events, 1, 0, timestamp);
        var frames = LogWriter.NewSegment(storage, header, settings.SegmentBytes);
        storage.FlushNames();
        var index = new SegmentIndex();
        return new OpenedLog([new Segment(header, index)], new LogStart(frames, index, 1, 1, timestamp), 0, TailCut: null);
    }

    private static void ThrowIfOneIsMissing(IStorage storage, List<Segment> segments, long horizon)
    {
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            var isMissing = i == 0 ? segment.First > horizon : segment.Header.PreviousFirst != segments[i - 1].First;
            if (isMissing)
            {
                throw new EventStoreDamagedException(
                    Path.Combine(storage.Name, i == 0 ? Segment.NameOf(horizon) : Segment.NameOf(segment.Header.PreviousFirst)),
                    0,
                    new SequenceRange(i == 0 ? horizon : segment.Header.PreviousFirst, segment.First - 1),
                    "the file with these events is gone; restore it from a copy");
            }
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "What is returned owns it.")]
    private static OpenedLog OpenLast(IStorage storage, LogSettings? settings, List<Segment> segments)
    {
        var (header, name) = (segments[^1].Header, segments[^1].FileName);
        var path = Path.Combine(storage.Name, name);
        var index = new SegmentIndex();
        var timestamp = header.Timestamp;
        var file = storage.Open(name, isWritable: settings is not null);
        try
        {
            var found = FrameRecovery.Read(file, path, header, (offset, frame, bytes) =>
            {
                if (frame.Count > 0)
                {
                    index.Add(frame.First, offset, RecordHeader.Read(bytes[FrameHeader.Size..]).Timestamp);
                    timestamp = LastTimestamp(path, offset, frame, bytes);
                }
            });
            segments[^1] = new Segment(header, index);
            var tail = FileMending.TailCutOf(file, path, found);
            LogStart? start = null;
            if (settings is not null)
            {
                FileMending.Mend(file, found);
                start = new LogStart(LogWriter.NewFrameWriter(file, header, found.End, settings.SegmentBytes), index, found.Next, found.Epoch + 1, timestamp);
            }

            return new OpenedLog([.. segments], start, found.Next - 1, tail);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        finally
        {
            if (settings is null)
            {
                file.Dispose();
            }
        }
    }

    private static long LastTimestamp(string path, long offset, FrameHeader frame, ReadOnlySpan<byte> bytes)
    {
        var records = bytes[FrameHeader.Size..];
        for (var left = frame.Count; ; left--)
        {
            if (records.Length < RecordHeader.Size || RecordHeader.Read(records) is var record && (record.PayloadLength < 0 || record.Length > records.Length))
            {
                throw new EventStoreDamagedException(
                    path, offset, new SequenceRange(frame.First, frame.Next - 1), "a record reaches beyond its frame; restore the file from a copy");
            }

            if (left == 1)
            {
                return record.Timestamp;
            }

            records = records[(int)record.Length..];
        }
    }
}

namespace EventWatcher.Store;

// The files that the writer begins and ends.
internal sealed partial class LogWriter
{
    private const long LargestAllocationStep = 8 * 1024 * 1024;
    private const int LargestZeroingStep = 1024 * 1024;

    /// <summary>Makes the end of a segment, with as much room ahead as is good for its size.</summary>
    public static FrameWriter NewFrameWriter(IStorageFile file, FileHeader header, long end, long segmentBytes) => new(
        file, header, end, AllocationStep(segmentBytes), (int)Math.Min(LargestZeroingStep, segmentBytes));

    /// <summary>Makes the file of a segment; its name is still to be flushed.</summary>
    public static FrameWriter NewSegment(IStorage storage, FileHeader header, long segmentBytes) => Segment.Create(
        storage, Segment.NameOf(header.First), header, AllocationStep(segmentBytes), file => NewFrameWriter(file, header, FileHeader.Size, segmentBytes));

    /// <summary>Ends the segment that is written, where it holds an event, so that its file can be collected. Within a turn.</summary>
    public void EndSegment()
    {
        if (_next > _frames.Header.First && _failure is null)
        {
            Roll();
        }
    }

    /// <summary>Takes no more events, writes and flushes those that it took, and lets go of the file.</summary>
    public Task CloseAsync()
    {
        var job = new WriterJob(Close);
        TaskCompletionSource? room;
        lock (_gate)
        {
            if (_isClosing)
            {
                return Task.CompletedTask;
            }

            _isClosing = true;
            _jobs.Enqueue(job);
            room = _room;
            _room = null;
            TakeTurn();
        }

        room?.SetResult();
        return job.Task;
    }

    /// <summary>Goes on in a new file. All of the old one is on the disk then: only a log's last file can have a torn end.</summary>
    private void Roll()
    {
        FlushOrFail(FlushWritten);
        var header = FileHeader.New(FileKind.Events, _next, _frames.Header.First, _writtenTimestamp);
        var frames = NewSegment(_storage, header, _settings.SegmentBytes);
        try
        {
            FlushOrFail(_storage.FlushNames);
        }
        catch
        {
            frames.Dispose();
            throw;
        }

        using var old = _frames;
        _frames = frames;
        _index = new SegmentIndex();
        _log.AddSegment(new Segment(header, _index));
        try
        {
            old.TruncateToEnd();
        }
        catch (IOException exception)
        {
            // Some room is not given back; nothing else depends on it.
            Log.TruncationFailed(_logger, _storage.Name, exception);
        }
    }

    private void Close()
    {
        using (_frames)
        {
            try
            {
                FlushOrFail(FlushWritten);
            }
            catch (IOException exception)
            {
                throw new AppendFailure($"The last flush of the event store {_storage.Name} failed ({exception.Message}); whether the latest events are on the disk is not known.", IsOutcomeUnknown: true, exception).ToException();
            }

            if (_hasWritten && _failure is null)
            {
                DeclareDurable();
            }
        }
    }

    /// <summary>Writes a frame without events, so that the last one with events can't be taken for a torn tail if it ever goes bad.</summary>
    private void DeclareDurable()
    {
        try
        {
            Span<byte> frame = stackalloc byte[FrameHeader.Size];
            _frames.Reserve(frame.Length);
            new FrameHeader(frame.Length, 0, _epoch, _next, _frames.DurableTo).Seal(frame, _frames.Header.Id, _frames.End);
            _frames.Write(frame);
            _frames.Flush();
        }
        catch (IOException exception)
        {
            // The log is whole without it.
            Log.ClosingFrameFailed(_logger, _storage.Name, exception);
        }
    }

    private static long AllocationStep(long segmentBytes) => Math.Min(LargestAllocationStep, segmentBytes);
}

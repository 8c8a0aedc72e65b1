using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>
/// How far the watchers have come, and the horizon: a file of frames like the log's, each with the entries of all who
/// waited, flushed before they are told. When it has grown it is written anew, and takes the old one's place at once.
/// </summary>
/// <remarks>Safe from any thread. What is read is on the disk.</remarks>
internal sealed class CheckpointJournal : IThreadPoolWorkItem
{
    public const string FileName = "checkpoints";

    private const int Step = 64 * 1024;
    private const int GrowthBeforeCompaction = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly IStorage _storage;
    private readonly ILogger _logger;
    private readonly JournalState _state;
    private List<JournalEntry> _pending = [];
    private TaskCompletionSource _written = NewSource();
    private TaskCompletionSource? _idle;
    private Exception? _failure;
    private bool _isBusy;
    private bool _isClosed;

    // Whoever writes has these.
    private FrameWriter _frames;
    private readonly uint _epoch;
    private long _next;
    private long _compactAt;

    private CheckpointJournal(IStorage storage, ILogger logger, JournalState state, FrameWriter frames, long next, uint epoch)
    {
        _storage = storage;
        _logger = logger;
        _state = state;
        _frames = frames;
        _next = next;
        _epoch = epoch;
        _compactAt = Math.Max(GrowthBeforeCompaction, 4 * frames.End);
    }

    /// <summary>Gets the number of the first event that is not collected.</summary>
    public long Horizon
    {
        get
        {
            lock (_gate)
            {
                return _state.Horizon;
            }
        }
    }

    /// <summary>Opens the journal for writing, and makes it where it is missing.</summary>
    /// <returns>The journal, and what was cut off its end.</returns>
    /// <exception cref="EventStoreDamagedException">It is not as it was written.</exception>
    public static (CheckpointJournal Journal, TailCut? TailCut) Open(IStorage storage, ILogger logger)
    {
        if (!storage.List().Contains(FileName, StringComparer.Ordinal))
        {
            var state = new JournalState();
            var frames = Create(storage, state, 1);
            storage.FlushNames();
            return (new CheckpointJournal(storage, logger, state, frames, 2, 1), null);
        }

        var file = storage.Open(FileName, isWritable: true);
        try
        {
            var (header, state, found, tail) = Read(storage, file);
            FileMending.Mend(file, found);
            var frames = new FrameWriter(file, header, found.End, Step, Step);
            return (new CheckpointJournal(storage, logger, state, frames, found.Next, found.Epoch + 1), tail);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the journal and changes nothing.</summary>
    /// <exception cref="EventStoreDamagedException">It is not as it was written.</exception>
    public static (JournalState State, TailCut? TailCut) ReadOnly(IStorage storage)
    {
        using var file = storage.Open(FileName, isWritable: false);
        var (_, state, _, tail) = Read(storage, file);
        return (state, tail);
    }

    /// <summary>Returns all checkpoints, by watcher.</summary>
    public IReadOnlyList<Checkpoint> List()
    {
        lock (_gate)
        {
            return [.. _state.Checkpoints.Values];
        }
    }

    public Checkpoint? Find(string watcherId)
    {
        lock (_gate)
        {
            return _state.Checkpoints.GetValueOrDefault(watcherId);
        }
    }

    /// <summary>Writes an entry; completes when it is on the disk.</summary>
    /// <exception cref="IOException">It could not be written, or it is not known whether it is.</exception>
    public Task WriteAsync(JournalEntry entry)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_failure is { } failure)
            {
                throw new IOException("an earlier write or flush of the checkpoints failed; close the store and open it again", failure);
            }

            _pending.Add(entry);
            if (!_isBusy)
            {
                _isBusy = true;
                _ = ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            return _written.Task;
        }
    }

    /// <summary>Takes back what lies behind the last event, before any event can take its number. For an open that is not done yet.</summary>
    /// <returns>The checkpoints that were taken back, as they were.</returns>
    public IReadOnlyList<Checkpoint> Clamp(long latest, DateTimeOffset now)
    {
        var clamped = _state.Checkpoints.Values.Where(checkpoint => checkpoint.SequenceNumber > latest).ToArray();
        var entries = clamped.Select(checkpoint => new JournalEntry(JournalEntryKind.Set, checkpoint.WatcherId, latest, now.UtcTicks)).ToList();
        if (_state.Horizon > latest + 1)
        {
            Log.HorizonClamped(_logger, _storage.Name, _state.Horizon, latest + 1);
            entries.Add(new JournalEntry(JournalEntryKind.Horizon, "", latest + 1, 0));
        }

        if (entries.Count > 0)
        {
            WriteFrame(_frames, entries, _next++, _epoch);
            entries.ForEach(_state.Apply);
        }

        return clamped;
    }

    /// <summary>Lets go of the file of a store that could not be opened.</summary>
    public void Abandon() => _frames.Dispose();

    /// <summary>Takes no more entries, writes those that it took, and lets go of the file.</summary>
    public async Task CloseAsync()
    {
        Task idle = Task.CompletedTask;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            if (_isBusy)
            {
                idle = (_idle = NewSource()).Task;
            }
        }

        await idle.ConfigureAwait(false);
        _frames.Dispose();
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            List<JournalEntry> entries;
            TaskCompletionSource written;
            lock (_gate)
            {
                if (_pending.Count == 0)
                {
                    _isBusy = false;
                    _idle?.SetResult();
                    return;
                }

                (entries, _pending) = (_pending, []);
                (written, _written) = (_written, NewSource());
            }

            Write(entries, written);
        }
    }

    private void Write(List<JournalEntry> entries, TaskCompletionSource written)
    {
        try
        {
            if (_failure is not null)
            {
                throw new IOException("an earlier write or flush of the checkpoints failed", _failure);
            }

            if (_frames.End > _compactAt)
            {
                Compact();
            }

            WriteFrame(_frames, entries, _next, _epoch);
            _next++;
            lock (_gate)
            {
                entries.ForEach(_state.Apply);
            }

            written.SetResult();
        }
        catch (Exception exception)
        {
            // A full disk is no lasting failure: nothing was written.
            if (_frames.IsBroken)
            {
                Fail(exception);
            }

            written.SetException(new IOException(exception.Message, exception));
        }
    }

    private void Compact()
    {
        var frames = Create(_storage, _state, _epoch);
        try
        {
            _storage.FlushNames();
        }
        catch (Exception exception)
        {
            frames.Dispose();
            Fail(exception);
            throw;
        }

        _frames.Dispose();
        _frames = frames;
        _next = 2;
        _compactAt = Math.Max(GrowthBeforeCompaction, 4 * frames.End);
    }

    private void Fail(Exception exception)
    {
        lock (_gate)
        {
            _failure ??= exception;
        }

        Log.CheckpointsFailed(_logger, _storage.Name, exception);
    }

    /// <summary>Makes a journal file of one frame with everything in it; the names are still to be flushed.</summary>
    private static FrameWriter Create(IStorage storage, JournalState state, uint epoch)
    {
        var header = FileHeader.New(FileKind.Checkpoints, 1, 0, 0);
        return Segment.Create(storage, FileName, header, Step, file =>
        {
            var frames = new FrameWriter(file, header, FileHeader.Size, Step, Step);
            WriteFrame(frames, state.ToEntries(), 1, epoch);
            return frames;
        });
    }

    private static void WriteFrame(FrameWriter frames, List<JournalEntry> entries, long number, uint epoch)
    {
        var length = FrameHeader.Align(FrameHeader.Size + entries.Sum(static entry => entry.Size));
        var frame = new byte[length];
        var at = FrameHeader.Size;
        foreach (var entry in entries)
        {
            at += entry.Write(frame.AsSpan(at));
        }

        frames.Reserve(length);
        new FrameHeader(length, 1, epoch, number, frames.DurableTo).Seal(frame, frames.Header.Id, frames.End);
        frames.Write(frame);
        frames.Flush();
    }

    private static (FileHeader Header, JournalState State, RecoveredFrames Found, TailCut? TailCut) Read(IStorage storage, IStorageFile file)
    {
        var path = Path.Combine(storage.Name, FileName);
        var none = new SequenceRange(1, 0);
        var header = FileHeader.Read(file, path, FileKind.Checkpoints, none);
        var state = new JournalState();
        RecoveredFrames found;
        try
        {
            found = FrameRecovery.Read(file, path, header, (_, _, frame) =>
            {
                var bytes = frame[FrameHeader.Size..];
                while (JournalEntry.Read(ref bytes) is { } entry)
                {
                    state.Apply(entry);
                }
            });
        }
        catch (EventStoreDamagedException damage)
        {
            // Its numbers are the journal's own.
            throw new EventStoreDamagedException(path, damage.Offset, none, "it holds the checkpoints; restore it from a copy", damage);
        }

        // A file gets its name with a first frame in it.
        if (found.Next == header.First)
        {
            throw new EventStoreDamagedException(path, found.End, none, "nothing is left of what it held; restore it from a copy");
        }

        return (header, state, found, FileMending.TailCutOf(file, path, found));
    }

    private static TaskCompletionSource NewSource()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Where nobody waits any more, its failure is in the log already.
        _ = source.Task.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return source;
    }
}

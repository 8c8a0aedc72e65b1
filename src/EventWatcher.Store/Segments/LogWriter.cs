using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>
/// The write path, in the order in which an event takes it: it joins the group that is filling; the group becomes one
/// frame, is written, is flushed; readers see it; those who wait are told. While one group is written the next one
/// fills, so that the more writers there are, the more of them share a flush.
/// </summary>
/// <remarks>
/// There is no thread of its own: where nothing is being written, an append puts the writer into the thread pool's
/// queue, behind the continuations of the appends before it, whose next events so join the same frame. Only one turn
/// runs at a time; what belongs to the turn is touched by nobody else.
/// </remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore without wait handle holds nothing to release.")]
internal sealed partial class LogWriter : IThreadPoolWorkItem
{
    /// <summary>A frame's length has 31 bits.</summary>
    private const int MaxFrameBytes = 1 << 30;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _queue = new(1, 1);
    private readonly IStorage _storage;
    private readonly LogSettings _settings;
    private readonly EventLog _log;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    // Behind the gate.
    private readonly Queue<WriterJob> _jobs = new();
    private readonly Stack<AppendWaiter> _waiters = new();
    private CommitGroup _filling = new();
    private CommitGroup? _spare = new();
    private TaskCompletionSource? _room;
    private AppendFailure? _failure;
    private long _lastTimestamp;
    private int _queued;
    private bool _isTurnTaken;
    private bool _isClosing;

    // The turn's own.
    private readonly uint _epoch;
    private FrameWriter _frames;
    private SegmentIndex _index;
    private long _next;
    private long _writtenTimestamp;
    private bool _hasWritten;

    public LogWriter(IStorage storage, LogSettings settings, EventLog log, LogStart start, TimeProvider timeProvider, ILogger logger)
    {
        _storage = storage;
        _settings = settings;
        _log = log;
        _timeProvider = timeProvider;
        _logger = logger;
        _lastTimestamp = start.Timestamp;
        _writtenTimestamp = start.Timestamp;
        _epoch = start.Epoch;
        _frames = start.Frames;
        _index = start.Index;
        _next = start.Next;
    }

    /// <summary>Appends records.</summary>
    /// <param name="records">The records; returned by the writer to where they were rented.</param>
    /// <param name="cancellationToken">Honoured until they have joined a group.</param>
    /// <returns>The number of the first of them.</returns>
    public ValueTask<long> AppendAsync(RecordEncoder records, CancellationToken cancellationToken)
    {
        try
        {
            if (FrameHeader.Size + (long)records.Records.Length > MaxFrameBytes)
            {
                throw new EventStoreException($"A batch of {records.Records.Length} bytes is too large for one frame; allowed: {MaxFrameBytes}. Nothing was stored.");
            }

            lock (_gate)
            {
                // Nobody overtakes those who wait for room.
                if (_queued == 0 && TryJoin(records, records.Timestamp, out var appended))
                {
                    return appended;
                }

                _queued++;
            }
        }
        catch (Exception exception)
        {
            records.Return();
            return ValueTask.FromException<long>(exception);
        }

        return AppendWhenThereIsRoomAsync(records, cancellationToken);
    }

    /// <summary>Runs something when no frame is being written, and before the next one is.</summary>
    public Task RunAsync(Action action)
    {
        var job = new WriterJob(action);
        lock (_gate)
        {
            if (_isClosing)
            {
                return Task.CompletedTask;
            }

            _jobs.Enqueue(job);
            TakeTurn();
        }

        return job.Task;
    }

    /// <summary>Flushes what was acknowledged without it.</summary>
    /// <exception cref="IOException">It failed.</exception>
    public Task FlushAsync() => RunAsync(() => FlushOrFail(FlushWritten));

    /// <summary>A turn: what has joined is written and told, then what else is to be done.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        CommitGroup group;
        TaskCompletionSource? room;
        int jobs;
        lock (_gate)
        {
            // Only the jobs that are there now: closing, for one, must come after what joined before it.
            jobs = _jobs.Count;
            group = _filling;
            _filling = _spare ?? new CommitGroup();
            _spare = null;
            room = _room;
            _room = null;
        }

        room?.SetResult();
        var last = group.Count > 0 ? Acknowledge(group, Commit(group)) : null;
        group.Clear();
        for (; jobs > 0; jobs--)
        {
            NextJob().Run();
        }

        lock (_gate)
        {
            _spare = group;
            _isTurnTaken = false;
            if (_filling.Count > 0 || _jobs.Count > 0)
            {
                TakeTurn();
            }
        }

        // The turn is over: whatever the one who waited does now, here, holds nobody up.
        last?.Execute();
    }

    private async ValueTask<long> AppendWhenThereIsRoomAsync(RecordEncoder records, CancellationToken cancellationToken)
    {
        ValueTask<long> appended;
        try
        {
            // One after another, in the order in which they came.
            await _queue.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                while (!TryJoinOrFindRoom(records, out appended, out var room))
                {
                    await room.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                _ = _queue.Release();
            }
        }
        catch
        {
            records.Return();
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _queued--;
            }
        }

        return await appended.ConfigureAwait(false);
    }

    private bool TryJoinOrFindRoom(RecordEncoder records, out ValueTask<long> appended, out Task room)
    {
        lock (_gate)
        {
            room = Task.CompletedTask;
            if (TryJoin(records, _timeProvider.GetUtcNow().UtcTicks, out appended))
            {
                return true;
            }

            room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            return false;
        }
    }

    private bool TryJoin(RecordEncoder records, long timestamp, out ValueTask<long> appended)
    {
        if (_isClosing)
        {
            throw new EventStoreClosedException(_storage.Name);
        }

        if (_failure is { } failure)
        {
            throw failure.ToException();
        }

        // One that is too large on its own goes alone.
        if (_filling.Count > 0 && _filling.Length + (long)records.Records.Length > _settings.MaxPendingBytes)
        {
            appended = default;
            return false;
        }

        _lastTimestamp = Math.Max(_lastTimestamp, timestamp);
        var waiter = _waiters.TryPop(out var used) ? used : new AppendWaiter(Release);
        waiter.Place = _filling.Count;
        appended = waiter.Task;
        _filling.Waiters.Add(waiter);
        _filling.Add(records, _lastTimestamp);
        records.Return();
        TakeTurn();
        return true;
    }

    private void TakeTurn()
    {
        if (!_isTurnTaken)
        {
            _isTurnTaken = true;
            _ = ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Writes a group as one frame.</summary>
    /// <returns>Why it failed; null where it is as durable as was promised.</returns>
    private AppendFailure? Commit(CommitGroup group)
    {
        var isWritten = false;
        try
        {
            // Room first, so that a full disk is found while nothing is written yet.
            if (_failure is not null)
            {
                throw new IOException("an earlier write or flush failed");
            }

            var isFlushed = _settings.Durability == EventStoreDurability.Flush;
            var length = _frames.LengthOf(group.Length, isFlushed);
            if (_frames.End + length > _settings.SegmentBytes && _next > _frames.Header.First)
            {
                Roll();
                length = _frames.LengthOf(group.Length, isFlushed);
            }

            var frame = group.ToFrame(length);
            _frames.Reserve(frame.Length);
            var header = new FrameHeader(frame.Length, group.Count, _epoch, _next, _frames.DurableTo);
            header.Seal(frame, _frames.Header.Id, _frames.End);

            isWritten = true;
            var offset = _frames.End;
            _frames.Write(frame);
            if (isFlushed)
            {
                FlushWritten();
            }

            _hasWritten = true;
            _next = header.Next;
            _writtenTimestamp = group.LastTimestamp;
            _index.Add(header.First, offset, group.FirstTimestamp);
            _log.Publish(header, frame);
            StoreTelemetry.Appended(group.Count);
            return null;
        }
        catch (Exception exception)
        {
            if (isWritten || _frames.IsBroken)
            {
                Fail(exception);
            }

            return isWritten
                ? new AppendFailure($"A write or a flush of the event store {_storage.Name} failed ({exception.Message}); whether the events were stored is not known. Close the store and open it again to see.", IsOutcomeUnknown: true, exception)
                : new AppendFailure($"The event store {_storage.Name} could not make room for {group.Length} bytes ({exception.Message}); nothing was stored.", IsOutcomeUnknown: false, exception);
        }
    }

    private void FlushWritten()
    {
        if (_frames.DurableTo < _frames.End && !_frames.IsBroken)
        {
            var started = _timeProvider.GetTimestamp();
            _frames.Flush();
            StoreTelemetry.Flushed(_timeProvider.GetElapsedTime(started));
        }
    }

    /// <summary>Tells those who wait how it went, each in a turn of its own in the thread pool.</summary>
    /// <returns>The last of them, for this thread to tell when it has nothing else to do: a lone writer goes on without a change of threads.</returns>
    private AppendWaiter Acknowledge(CommitGroup group, AppendFailure? failure)
    {
        var first = _next - group.Count;
        foreach (var waiter in group.Waiters)
        {
            waiter.SetOutcome(first + waiter.Place, failure?.ToException());
        }

        for (var i = 0; i < group.Waiters.Count - 1; i++)
        {
            _ = ThreadPool.UnsafeQueueUserWorkItem(group.Waiters[i], preferLocal: false);
        }

        return group.Waiters[^1];
    }

    private void FlushOrFail(Action flush)
    {
        try
        {
            flush();
        }
        catch (Exception exception)
        {
            Fail(exception);
            throw;
        }
    }

    private void Fail(Exception exception)
    {
        lock (_gate)
        {
            _failure ??= new AppendFailure(
                $"The event store {_storage.Name} takes no more events since a write or a flush failed ({exception.Message}); close it and open it again. Nothing was stored.",
                IsOutcomeUnknown: false,
                exception);
        }

        Log.WritingFailed(_logger, _storage.Name, exception);
    }

    private WriterJob NextJob()
    {
        lock (_gate)
        {
            return _jobs.Dequeue();
        }
    }

    private void Release(AppendWaiter waiter)
    {
        lock (_gate)
        {
            _waiters.Push(waiter);
        }
    }
}

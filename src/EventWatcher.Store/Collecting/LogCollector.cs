using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>Takes away what is old and seen, and what a cap takes although it isn't: first the horizon moves, durably; then files go.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore without wait handle holds nothing to release.")]
internal sealed class LogCollector(
    IStorage storage,
    EventLog log,
    LogWriter writer,
    CheckpointJournal journal,
    WatcherRegistrations watchers,
    CollectionSettings settings,
    TimeProvider timeProvider,
    ILogger logger)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _isStopped;

    /// <summary>Collects once; one at a time.</summary>
    /// <exception cref="EventStoreClosedException">It was stopped.</exception>
    public async Task<CollectionResult> CollectAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isStopped)
            {
                throw new EventStoreClosedException(storage.Name);
            }

            var before = log.Readable;
            var (first, cap) = await ChooseHorizonAsync(before, cancellationToken).ConfigureAwait(false);
            if (first > before.First)
            {
                // On the disk before anything goes: after a crash nobody misses the files.
                await journal.WriteAsync(new JournalEntry(JournalEntryKind.Horizon, "", first, 0)).ConfigureAwait(false);
                log.MoveHorizon(first);
            }

            // Nothing is left in the file that is written: the next event goes to a new one, so that this one can go.
            if (first > log.Readable.Last)
            {
                await writer.RunAsync(writer.EndSegment).ConfigureAwait(false);
            }

            var result = new CollectionResult(new SequenceRange(before.First, first - 1), Delete(log.RemoveCollected()), Passed(first, cap));
            Report(result);
            return result;
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    /// <summary>Waits until no collection runs, and lets none begin.</summary>
    public async Task StopAsync()
    {
        _isStopped = true;
        await _turn.WaitAsync().ConfigureAwait(false);
        _ = _turn.Release();
    }

    private async ValueTask<(long First, string? Cap)> ChooseHorizonAsync(SequenceRange readable, CancellationToken cancellationToken)
    {
        var first = readable.First;
        if (settings.Age > TimeSpan.Zero)
        {
            var old = await FirstYoungerThanAsync(settings.Age, cancellationToken).ConfigureAwait(false);
            first = Math.Max(first, Math.Min(old, LastSeenByAll() + 1));
        }

        string? cap = null;
        if (settings.MaxAge > TimeSpan.Zero
            && await FirstYoungerThanAsync(settings.MaxAge, cancellationToken).ConfigureAwait(false) is var young
            && young > first)
        {
            (first, cap) = (young, nameof(FileEventStoreOptions.MaxAge));
        }

        if (settings.MaxBytes > 0 && FirstWithin(settings.MaxBytes) is var within && within > first)
        {
            (first, cap) = (within, nameof(FileEventStoreOptions.MaxBytes));
        }

        return (first, cap);
    }

    private ValueTask<long> FirstYoungerThanAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        return now - DateTimeOffset.MinValue > age
            ? log.FindAsync(now - age, cancellationToken)
            : ValueTask.FromResult(log.Readable.First);
    }

    /// <summary>Gets the last event that no watcher needs any more.</summary>
    private long LastSeenByAll()
    {
        var checkpoints = journal.List();
        var ids = checkpoints.Select(static checkpoint => checkpoint.WatcherId).ToHashSet(StringComparer.Ordinal);
        var isPinned = watchers.Lasting.Any(watcher => !ids.Contains(watcher));
        return isPinned ? 0 : checkpoints.Select(static checkpoint => checkpoint.SequenceNumber).DefaultIfEmpty(long.MaxValue - 1).Min();
    }

    private long FirstWithin(long maxBytes)
    {
        var segments = log.Segments;
        var sizes = segments.Select(SizeOf).ToArray();
        var total = sizes.Sum();
        var kept = 0;
        while (total > maxBytes && kept + 1 < segments.Count)
        {
            total -= sizes[kept++];
        }

        return segments[kept].First;
    }

    private long SizeOf(Segment segment)
    {
        using var file = storage.Open(segment.FileName, isWritable: false);
        return file.Length;
    }

    private long Delete(IReadOnlyList<Segment> segments)
    {
        long freed = 0;
        foreach (var segment in segments)
        {
            freed += SizeOf(segment);
            storage.Delete(segment.FileName);
        }

        if (segments.Count > 0)
        {
            storage.FlushNames();
        }

        return freed;
    }

    private IReadOnlyList<PassedCheckpoint> Passed(long first, string? cap)
    {
        if (cap is null)
        {
            return [];
        }

        var checkpoints = journal.List().ToDictionary(static checkpoint => checkpoint.WatcherId, static checkpoint => checkpoint.SequenceNumber, StringComparer.Ordinal);
        foreach (var watcher in watchers.Lasting)
        {
            _ = checkpoints.TryAdd(watcher, 0);
        }

        return [.. checkpoints
            .Where(checkpoint => checkpoint.Value < first - 1)
            .Select(checkpoint => new PassedCheckpoint(checkpoint.Key, checkpoint.Value, cap))
            .OrderBy(static passed => passed.WatcherId, StringComparer.Ordinal)];
    }

    private void Report(CollectionResult result)
    {
        if (result.Collected.Count > 0)
        {
            StoreTelemetry.Collected(result.Collected.Count);
            Log.Collected(logger, storage.Name, result.Collected, result.BytesFreed);
        }

        foreach (var passed in result.Passed)
        {
            Log.CapPassedCheckpoint(logger, storage.Name, passed.Cap, passed.WatcherId, passed.Checkpoint);
        }
    }
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>What a <see cref="FileEventStore"/> is made of, opened in the order in which one part depends on another.</summary>
internal sealed record StoreParts(
    IStorage Storage,
    IDisposable? Lock,
    EventLog Log,
    LogWriter? Writer,
    CheckpointJournal? Journal,
    JournalState? ReadOnlyState,
    EventStoreRecovery Recovery)
{
    public static StoreParts Open(
        IStorage storage, IDisposable? storeLock, FileEventStoreOptions options, IEventSerializer serializer, TimeProvider timeProvider, ILogger logger)
    {
        return options.IsReadOnly
            ? OpenForReading(storage, options, serializer, timeProvider, logger)
            : OpenForWriting(storage, storeLock, options, serializer, timeProvider, logger);
    }

    private static StoreParts OpenForReading(
        IStorage storage, FileEventStoreOptions options, IEventSerializer serializer, TimeProvider timeProvider, ILogger logger)
    {
        try
        {
            var (state, journalTail, opened) = LookAt(storage);
            var log = NewLog(storage, options, serializer, timeProvider, opened, state.Horizon, () => CheckpointJournal.ReadOnly(storage).State.Horizon);
            return new StoreParts(storage, Lock: null, log, Writer: null, Journal: null, state, Report([], journalTail, opened, [], storage, log, logger));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EventStoreException($"There is no event store in {storage.Name}.", innerException: missing);
        }
    }

    private static (JournalState State, TailCut? JournalTail, OpenedLog Opened) LookAt(IStorage storage)
    {
        for (var horizon = 0L; ;)
        {
            var (state, tail) = CheckpointJournal.ReadOnly(storage);
            try
            {
                var opened = LogOpening.Open(storage, settings: null, state.Horizon, timestamp: 0);
                ThrowIfAllIsGone(storage, opened.Segments.Length, state.Horizon, state.Checkpoints.Values);
                return (state, tail, opened);
            }
            catch (Exception exception) when (exception is FileNotFoundException or EventStoreDamagedException && state.Horizon > horizon)
            {
                // A process that writes may have collected files between the look at the horizon and the look at them.
                horizon = state.Horizon;
            }
        }
    }

    private static StoreParts OpenForWriting(
        IStorage storage, IDisposable? storeLock, FileEventStoreOptions options, IEventSerializer serializer, TimeProvider timeProvider, ILogger logger)
    {
        var names = storage.List();
        foreach (var name in names.Where(static name => name.EndsWith(Segment.NewExtension, StringComparison.Ordinal)))
        {
            storage.Delete(name);
        }

        // The process before this one may have ended between giving a file its name and flushing that.
        storage.FlushNames();
        if (!names.Contains(CheckpointJournal.FileName, StringComparer.Ordinal) && names.Any(static name => Segment.TryParseName(name, out _)))
        {
            // The journal is there before the first event is.
            throw new EventStoreDamagedException(
                Path.Combine(storage.Name, CheckpointJournal.FileName), 0, new SequenceRange(1, 0), "the file with the checkpoints is gone; restore it from a copy");
        }

        var (journal, journalTail) = CheckpointJournal.Open(storage, logger);
        LogStart? start = null;
        try
        {
            ThrowIfAllIsGone(storage, names.Count(static name => Segment.TryParseName(name, out _)), journal.Horizon, journal.List());
            var settings = new LogSettings(options.Durability, options.SegmentBytes, options.MaxPendingBytes);
            var opened = LogOpening.Open(storage, settings, journal.Horizon, timeProvider.GetUtcNow().UtcTicks);
            start = opened.Start ?? throw new InvalidOperationException("A log that is opened for writing has an end to write at.");
            var clamped = journal.Clamp(opened.Latest, timeProvider.GetUtcNow());
            var log = NewLog(storage, options, serializer, timeProvider, opened, journal.Horizon, readHorizon: null);
            var writer = new LogWriter(storage, settings, log, start, timeProvider, logger);
            return new StoreParts(storage, storeLock, log, writer, journal, ReadOnlyState: null, Report([], journalTail, opened, clamped, storage, log, logger));
        }
        catch
        {
            start?.Frames.Dispose();
            journal.Abandon();
            throw;
        }
    }

    /// <summary>The first file of the log is there before the first event is: without any file, what the journal knows of events can only have been lost.</summary>
    private static void ThrowIfAllIsGone(IStorage storage, int segments, long horizon, IEnumerable<Checkpoint> checkpoints)
    {
        var latestKnown = checkpoints.Select(static checkpoint => checkpoint.SequenceNumber).Append(horizon - 1).Max();
        if (segments == 0 && latestKnown > 0)
        {
            throw new EventStoreDamagedException(
                Path.Combine(storage.Name, Segment.NameOf(horizon)), 0, new SequenceRange(horizon, latestKnown), "the files with the events are gone; restore them from a copy");
        }
    }

    private static EventLog NewLog(
        IStorage storage, FileEventStoreOptions options, IEventSerializer serializer, TimeProvider timeProvider, OpenedLog opened, long horizon, Func<long>? readHorizon)
    {
        // While another process writes, what is read of its horizon may be ahead of what is read of its log.
        var first = Math.Min(horizon, opened.Latest + 1);
        return new EventLog(storage, serializer, timeProvider, options.CacheBytes, opened.Segments, new SequenceRange(first, opened.Latest), readHorizon);
    }

    private static EventStoreRecovery Report(
        List<TailCut> cuts, TailCut? journalTail, OpenedLog opened, IReadOnlyList<Checkpoint> clamped, IStorage storage, EventLog log, ILogger logger)
    {
        foreach (var cut in new[] { journalTail, opened.TailCut }.OfType<TailCut>())
        {
            cuts.Add(cut);
            EventWatcher.Store.Log.TailCut(logger, storage.Name, cut.File, cut.Offset, cut.Bytes, cut.Reason);
        }

        foreach (var checkpoint in clamped)
        {
            EventWatcher.Store.Log.CheckpointClamped(logger, storage.Name, checkpoint.WatcherId, checkpoint.SequenceNumber, opened.Latest);
        }

        EventWatcher.Store.Log.Opened(logger, storage.Name, log.Readable, opened.Segments.Length);
        return new EventStoreRecovery(cuts, clamped);
    }
}

namespace EventWatcher.Store;

/// <summary>What a store's own log must offer so that <see cref="LogReader"/> can do the rest: iterators, gaps, long polls.</summary>
internal interface ILogSource
{
    /// <summary>Gets what can be read now: acknowledged and not collected. (n + 1, n) where nothing can.</summary>
    SequenceRange Readable { get; }

    /// <summary>
    /// Gets the task that completes when <see cref="Readable"/> next grows, or at once with closing. Taken before
    /// <see cref="Readable"/> is looked at, so that nothing is missed. Its continuations must not run on the writer.
    /// </summary>
    Task NextAppend { get; }

    /// <summary>Gets a value indicating whether the log is being closed. Set before <see cref="NextAppend"/> completes for that reason.</summary>
    bool IsClosed { get; }

    /// <summary>Finds the first event at or after a time; one more than the latest where there is none.</summary>
    ValueTask<long> FindAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>
    /// Reads matches from <c>first</c> (within <see cref="Readable"/>) on, until the limit (0: none but the log's own),
    /// the end, or the log's budget of events and time. Where what is next was collected meanwhile, the scan ends
    /// before it, with <see cref="LogScan.Next"/> where it came to: the reader looks again and finds the gap.
    /// </summary>
    /// <exception cref="EventStoreClosedException">The log was closed meanwhile.</exception>
    ValueTask<LogScan> ScanAsync(long first, EventFilter filter, int limit, CancellationToken cancellationToken);
}

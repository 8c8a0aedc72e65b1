using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Store;

/// <summary>An event store in a directory of its own: a log that is only ever appended to, in files of bounded length.</summary>
/// <remarks>
/// <para>All members are safe from any thread. Appends that wait at the same time share one write and one flush, and
/// are acknowledged as <see cref="FileEventStoreOptions.Durability"/> says.</para>
/// <para>A full disk is found before anything is written: the append fails with <see cref="EventStoreException"/>,
/// reads go on, and appending works again when there is room. (A file system that needs room for what is written a
/// second time, such as Btrfs or ZFS, can't promise that; there it is a failed write.) After a failed write or flush
/// the outcome of the appends that waited for it is unknown, and no more are taken until the store is opened again:
/// a flush is never retried, since the next one may say yes to what was lost.</para>
/// <para>Reads are of memory or of the system's file cache where they can be, and made on the caller's thread: a cold
/// disk blocks it. With <see cref="EventStoreDurability.Flush"/>, what is written 64 KiB and more at a time goes past the
/// system's cache where Linux and the file system allow it: a reader who is further behind than
/// <see cref="FileEventStoreOptions.CacheBytes"/> reads that from the disk, once.</para>
/// </remarks>
public sealed partial class FileEventStore : IEventStore
{
    private readonly FileEventStoreOptions _options;
    private readonly IStorage _storage;
    private readonly IDisposable? _lock;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly EventLog _log;
    private readonly LogReader _reader;
    private readonly JournalState? _readOnlyState;
    private readonly Lock _gate = new();

    // Null where the store is only read.
    private readonly LogWriter? _writer;
    private readonly CheckpointJournal? _journal;
    private readonly LogCollector? _collector;
    private readonly WatcherRegistrations _watchers = new();
    private readonly List<ITimer> _timers = [];
    private Task? _closing;
    private volatile bool _isClosed;

    private FileEventStore(StoreParts parts, FileEventStoreOptions options, IEventSerializer serializer, TimeProvider timeProvider, ILogger logger)
    {
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _storage = parts.Storage;
        _lock = parts.Lock;
        _log = parts.Log;
        _writer = parts.Writer;
        _journal = parts.Journal;
        _readOnlyState = parts.ReadOnlyState;
        Recovery = parts.Recovery;
        Serializer = serializer;
        _reader = new LogReader(_log, options.LongPollTimeout, timeProvider);
        if (_writer is not null && _journal is not null)
        {
            _collector = new LogCollector(
                _storage,
                _log,
                _writer,
                _journal,
                _watchers,
                new CollectionSettings(options.CollectionAge, options.MaxAge, options.MaxBytes),
                timeProvider,
                logger);
            StartTimers(options, _writer);
        }
    }

    /// <summary>Gets the store's directory.</summary>
    public string Path => _storage.Name;

    /// <summary>Gets what was found and mended when the store was opened.</summary>
    public EventStoreRecovery Recovery { get; }

    /// <inheritdoc/>
    public IEventSerializer Serializer { get; }

    /// <summary>Opens a store, and makes it where there is none. Reads the heads of all files and the whole of the last one.</summary>
    /// <param name="options">Where it is, and what else it may be told. Copied.</param>
    /// <param name="serializer">What turns objects into payloads and back; null for JSON with no type registered yet.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Takes what is worth telling; null for nobody.</param>
    /// <returns>The store.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    /// <exception cref="EventStoreException">Another process has it open; or it is to be only read and isn't there.</exception>
    /// <exception cref="EventStoreDamagedException">What lies in the directory is not what was written there.</exception>
    /// <exception cref="IOException">The directory can't be read or written.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The store owns it.")]
    public static FileEventStore Open(
        FileEventStoreOptions options, IEventSerializer? serializer = null, TimeProvider? timeProvider = null, ILogger<FileEventStore>? logger = null)
    {
        options = FileEventStoreOptionsValidator.Instance.ThrowIfInvalid(options);
        var storage = new DirectoryStorage(options.Path);
        if (options.IsReadOnly)
        {
            return Open(storage, storeLock: null, options, serializer, timeProvider, logger);
        }

        storage.EnsureExists();
        var storeLock = StoreLock.Take(storage.Name, timeProvider ?? TimeProvider.System);
        try
        {
            return Open(storage, storeLock, options, serializer, timeProvider, logger);
        }
        catch
        {
            storeLock.Dispose();
            throw;
        }
    }

    /// <summary>Opens a store as <see cref="Open(FileEventStoreOptions, IEventSerializer, TimeProvider, ILogger{FileEventStore})"/> does, on the thread pool.</summary>
    /// <param name="options">Where it is, and what else it may be told. Copied.</param>
    /// <param name="serializer">What turns objects into payloads and back; null for JSON with no type registered yet.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Takes what is worth telling; null for nobody.</param>
    /// <param name="cancellationToken">Gives up before it is begun.</param>
    /// <returns>The store.</returns>
    public static Task<FileEventStore> OpenAsync(
        FileEventStoreOptions options,
        IEventSerializer? serializer = null,
        TimeProvider? timeProvider = null,
        ILogger<FileEventStore>? logger = null,
        CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(options, serializer, timeProvider, logger), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> StoreEventAsync(NewEvent newEvent, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<long>(cancellationToken);
        }

        var records = RecordEncoder.Rent(_timeProvider.GetUtcNow().UtcTicks);
        try
        {
            var writer = Writer();
            records.Add(newEvent, Serializer, _options.MaxEventBytes);
            return writer.AppendAsync(records, cancellationToken);
        }
        catch (Exception exception)
        {
            records.Return();
            return ValueTask.FromException<long>(exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SequenceRange> StoreEventsAsync(IReadOnlyList<NewEvent> newEvents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(newEvents);
        cancellationToken.ThrowIfCancellationRequested();
        var writer = Writer();
        if (newEvents.Count == 0)
        {
            var latest = _log.Readable.Last;
            return new SequenceRange(latest + 1, latest);
        }

        var records = Encode(newEvents);
        var count = records.Count;
        var first = await writer.AppendAsync(records, cancellationToken).ConfigureAwait(false);
        return new SequenceRange(first, first + count - 1);
    }

    /// <inheritdoc/>
    public ValueTask<GetEventsResponse> GetEventsAsync(GetEventsRequest request, CancellationToken cancellationToken = default) =>
        _isClosed ? ValueTask.FromException<GetEventsResponse>(Closed()) : _reader.ReadAsync(request, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> GetLatestSequenceNumberAsync(CancellationToken cancellationToken = default) =>
        Answer(static store => store._log.Readable.Last, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> GetOldestSequenceNumberAsync(CancellationToken cancellationToken = default) =>
        Answer(static store => store._log.Readable.First, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="EventStoreException">The last flush failed: whether the latest events are on the disk is not known.</exception>
    public Task CloseAsync(CancellationToken cancellationToken = default)
    {
        Task closing;
        lock (_gate)
        {
            _isClosed = true;
            closing = _closing ??= Task.Run(CloseCoreAsync, CancellationToken.None);
        }

        return closing.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the store.</summary>
    /// <returns>As <see cref="CloseAsync"/>.</returns>
    public ValueTask DisposeAsync() => new(CloseAsync(CancellationToken.None));

    /// <summary>Returns the store for people.</summary>
    /// <returns>Its directory.</returns>
    public override string ToString() => Path;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The store owns what it is made of.")]
    internal static FileEventStore Open(
        IStorage storage, IDisposable? storeLock, FileEventStoreOptions options, IEventSerializer? serializer, TimeProvider? timeProvider, ILogger? logger)
    {
        options = Copy(options);
        serializer ??= new JsonEventSerializer();
        timeProvider ??= TimeProvider.System;
        logger ??= NullLogger.Instance;
        var parts = StoreParts.Open(storage, storeLock, options, serializer, timeProvider, logger);
        return new FileEventStore(parts, options, serializer, timeProvider, logger);
    }

    private static FileEventStoreOptions Copy(FileEventStoreOptions options) => new()
    {
        Path = options.Path,
        Durability = options.Durability,
        FlushInterval = options.FlushInterval,
        SegmentBytes = options.SegmentBytes,
        MaxEventBytes = options.MaxEventBytes,
        MaxPendingBytes = options.MaxPendingBytes,
        CacheBytes = options.CacheBytes,
        LongPollTimeout = options.LongPollTimeout,
        CollectionAge = options.CollectionAge,
        CollectionInterval = options.CollectionInterval,
        MaxBytes = options.MaxBytes,
        MaxAge = options.MaxAge,
        IsReadOnly = options.IsReadOnly,
    };

    private RecordEncoder Encode(IReadOnlyList<NewEvent> newEvents)
    {
        var records = RecordEncoder.Rent(_timeProvider.GetUtcNow().UtcTicks);
        try
        {
            if (newEvents is NewEvent[] array)
            {
                // No call and no copy for each.
                foreach (ref readonly var newEvent in array.AsSpan())
                {
                    records.Add(newEvent, Serializer, _options.MaxEventBytes);
                }
            }
            else
            {
                for (var i = 0; i < newEvents.Count; i++)
                {
                    records.Add(newEvents[i], Serializer, _options.MaxEventBytes);
                }
            }

            return records;
        }
        catch
        {
            records.Return();
            throw;
        }
    }

    private void StartTimers(FileEventStoreOptions options, LogWriter writer)
    {
        if (options.Durability == EventStoreDurability.Periodic)
        {
            // Its failure is in the log, and in every append after it.
            _timers.Add(_timeProvider.CreateTimer(
                static state => _ = IgnoreFailureAsync(((LogWriter)state!).FlushAsync()), writer, options.FlushInterval, options.FlushInterval));
        }

        if (options.CollectionInterval != Timeout.InfiniteTimeSpan)
        {
            _timers.Add(_timeProvider.CreateTimer(
                static state => _ = ((FileEventStore)state!).CollectByTimerAsync(), this, options.CollectionInterval, options.CollectionInterval));
        }
    }

    private async Task CloseCoreAsync()
    {
        _log.Close();
        foreach (var timer in _timers)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        try
        {
            await (_collector?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            await (_writer?.CloseAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        }
        finally
        {
            await (_journal?.CloseAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            _lock?.Dispose();
        }
    }

    private LogWriter Writer() =>
        _isClosed ? throw Closed()
        : _writer ?? throw new EventStoreException($"The event store {Path} was opened for reading only; open it with IsReadOnly = false.");

    private EventStoreClosedException Closed() => new(Path);

    /// <summary>Answers without waiting, with exceptions in the task.</summary>
    private ValueTask<T> Answer<T>(Func<FileEventStore, T> answer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        return _isClosed ? ValueTask.FromException<T>(Closed()) : ValueTask.FromResult(answer(this));
    }
}

using EventWatcher.Store;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// A durable log of small segments with several writers, collection behind the checkpoint, and a watcher whose handler
/// throws now and then. Each time the load pauses the store is closed and opened again, and the watcher goes on from its checkpoint.
/// </summary>
internal sealed class StoreSoak : ISoakPart
{
    private const int Writers = 4;
    private const string Id = "soak";

    private readonly string _folder = Directory.CreateTempSubdirectory("ew-soak-").FullName;
    private FileEventStore? _store;
    private StoreWatcherManager? _watchers;
    private long _acknowledged;
    private long _handled;
    private int _calls;
    private string _disorder = "";

    public async Task OpenAsync()
    {
        _store = await FileEventStore.OpenAsync(new FileEventStoreOptions
        {
            Path = _folder,
            SegmentBytes = 1024 * 1024,
            CollectionAge = TimeSpan.FromSeconds(5),
            CollectionInterval = TimeSpan.FromSeconds(2),
        });
        _watchers = new StoreWatcherManager(_store);
        _ = await _watchers.CreateAsync(Id, HandleAsync, new StoreWatcherOptions
        {
            AutoCheckpoint = { Events = 50, OnStop = true },
            InitialBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(20),
        });
    }

    public Task StirAsync(Random random, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
        async () =>
        {
            var payload = new byte[256];
            payload[0] = (byte)writer;
            var item = NewEvent.FromPayload(StoreOperation.Create, "Soak", payload);
            while (!stop.IsCancellationRequested)
            {
                var number = await _store!.StoreEventAsync(item, CancellationToken.None);
                AtLeast(ref _acknowledged, number);

                // About a thousand a second: the collection and the handler keep up.
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(4), stop));
            }
        },
        CancellationToken.None)));

    public async Task SettleAsync()
    {
        await Deadline.UntilAsync(
            () => Volatile.Read(ref _handled) >= Volatile.Read(ref _acknowledged) || _disorder.Length > 0,
            () => $"event {_acknowledged} handled; the last was {_handled}, and the watcher says {_watchers!.Lookup(Id)?.Statistics}",
            TimeSpan.FromMinutes(1));
        Assert.Equal("", _disorder);
        Assert.Equal(_acknowledged, await _store!.GetLatestSequenceNumberAsync());
        await CloseAsync();
        await OpenAsync();
        Assert.Empty(_store.Recovery.TailCuts);
        Assert.Equal(_acknowledged, await _store.GetLatestSequenceNumberAsync());
    }

    /// <summary>Whether collection gave space back, which a long run needs.</summary>
    public long Bytes => new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static void AtLeast(ref long place, long value)
    {
        for (var seen = Volatile.Read(ref place); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref place, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private async Task CloseAsync()
    {
        if (_watchers is not null)
        {
            await _watchers.DisposeAsync();
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    /// <summary>At least once and in order: the next number, or one that has been handled before.</summary>
    private ValueTask HandleAsync(StoredEvent item, CancellationToken cancellationToken)
    {
        if (++_calls % 97 == 0)
        {
            throw new InvalidOperationException("This handler throws now and then.");
        }

        if (item.SequenceNumber > _handled + 1)
        {
            _disorder = $"Event {item.SequenceNumber} came after {_handled}.";
        }

        Volatile.Write(ref _handled, Math.Max(_handled, item.SequenceNumber));
        return ValueTask.CompletedTask;
    }
}

using System.Globalization;
using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public sealed class ReplayWatcherConformanceTests : WatcherConformanceTests, IAsyncDisposable
{
    private readonly InMemoryEventStore _store = new();
    private int _count;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    protected override IWatcher CreateWatcher() => _store.AsWatcher("replay", new ReplayWatcherOptions { Type = TestEvents.Type });

    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        var item = TestEvents.Numbered(++_count);
        await _store.StoreEventAsync(item.ToNewEvent());
        return new ExpectedEvent(item.Action, _count.ToString(CultureInfo.InvariantCulture));
    }
}

public sealed class FileReplayWatcherConformanceTests : WatcherConformanceTests, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventwatcher-store-");
    private FileEventStore? _store;
    private int _count;

    public async Task InitializeAsync() => _store = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = _folder.FullName });

    public async Task DisposeAsync()
    {
        await _store!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override IWatcher CreateWatcher() => _store!.AsWatcher("replay", new ReplayWatcherOptions { Type = TestEvents.Type, InitialIterator = EventIterator.Latest });

    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        var item = TestEvents.Numbered(++_count);
        await _store!.StoreEventAsync(item.ToNewEvent());
        return new ExpectedEvent(item.Action, _count.ToString(CultureInfo.InvariantCulture));
    }
}

public sealed class EventStoreSinkConformanceTests : SinkConformanceTests<Event>, IAsyncDisposable
{
    private readonly InMemoryEventStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    protected override ISink<Event> CreateSink() => new EventStoreSink(_store);

    protected override Event CreateItem(int number) => TestEvents.Numbered(number);

    protected override async Task<IReadOnlyList<Event>> ReceiveAsync(int count)
    {
        await Eventually.TrueAsync(async () => await _store.GetLatestSequenceNumberAsync() >= count);
        var response = await _store.GetEventsAsync(new GetEventsRequest { LongPollTimeout = TimeSpan.Zero });
        return [.. response.Events.Select(static stored => stored.ToEvent() with { Position = null })];
    }
}

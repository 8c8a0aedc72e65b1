using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>A store, a manager and a recording handler for each test; the kind of store is the derived class's to say.</summary>
public abstract class StoreWatcherTest : IAsyncLifetime
{
    protected const string Id = "watcher";
    private IEventStore? _opened;

    protected static TimeSpan OneTick { get; } = TimeSpan.FromTicks(1);

    protected FakeTimeProvider Time { get; } = new();

    protected EventRecorder Recorder { get; } = new();

    protected RecordingLogger<StoreWatcherManager> Logger { get; } = new();

    protected ScriptedStore Store { get; private set; } = null!;

    protected StoreWatcherManager Manager { get; private set; } = null!;

    public async Task InitializeAsync() => await OpenAsync();

    public async Task DisposeAsync()
    {
        await Eventually.CompletesAsync(Manager.DisposeAsync().AsTask());
        await Eventually.CompletesAsync(_opened!.DisposeAsync().AsTask());
    }

    /// <summary>Opens the store of this test; the same one each time where it outlives its closing.</summary>
    protected abstract Task<IEventStore> OpenStoreAsync(EventStoreSetup setup);

    protected abstract Task CollectAsync(IEventStore store);

    protected Task CollectAsync() => CollectAsync(_opened!);

    protected async Task OpenAsync()
    {
        _opened = await OpenStoreAsync(new EventStoreSetup
        {
            TimeProvider = Time,
            Serializer = new JsonEventSerializer()
                .RegisterType("A", ThingJsonContext.Default.Thing)
                .RegisterType("B", ThingJsonContext.Default.Thing),
        });
        Store = new ScriptedStore(_opened);
        Manager = new StoreWatcherManager(Store, Logger, Time);
    }

    protected Task<StoreWatcher> CreateAsync(Action<StoreWatcherOptions>? configure = null, string id = Id)
    {
        var options = new StoreWatcherOptions
        {
            InitialBackoff = TimeSpan.Zero,
            MaxBackoff = TimeSpan.Zero,
            OnError = Recorder.OnErrorAsync,
            OnSkipped = Recorder.OnSkippedAsync,
        };
        configure?.Invoke(options);
        return Manager.CreateAsync(id, Recorder.HandleAsync, options);
    }

    protected async Task AppendAsync(int count, string objectType = "A", StoreOperation? operation = null)
    {
        for (var i = 0; i < count; i++)
        {
            await Store.StoreEventAsync(NewEvent.Of(operation ?? StoreOperation.Create, objectType, new Thing(i)));
        }
    }

    protected static Task WaitForAsync(StoreWatcher watcher, long processed) =>
        Eventually.TrueAsync(() => watcher.Statistics.LastProcessedSequenceNumber >= processed, expectation: $"done with {processed}");

    protected static Task WaitForNextAsync(StoreWatcher watcher, EventIterator next) =>
        Eventually.TrueAsync(() => watcher.Statistics.NextIterator == next, expectation: $"next is {next}");

    protected static Task WaitForStateAsync(StoreWatcher watcher, StoreWatcherState state) => Eventually.TrueAsync(() => watcher.State == state);

    protected static Task StopAsync(StoreWatcher watcher) => Eventually.CompletesAsync(watcher.StopAsync());

    protected static EventIterator After(long number) => EventIterator.AfterSequenceNumber(number);
}

using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public abstract class FileEventStoreConformanceTestsBase(EventStoreDurability durability, int cacheBytes) : PersistentEventStoreConformanceTests
{
    private readonly TemporaryDirectory _directory = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<IEventStore> OpenAsync(EventStoreSetup setup) => Task.FromResult<IEventStore>(FileEventStore.Open(
        new FileEventStoreOptions
        {
            Path = _directory["store"],
            Durability = durability,
            CacheBytes = cacheBytes,

            // The smallest there is, so that the tests go over several files.
            SegmentBytes = 64 * 1024,
            LongPollTimeout = setup.LongPollTimeout,
            CollectionAge = setup.CollectionAge,
            CollectionInterval = setup.CollectionInterval,
            FlushInterval = TimeSpan.FromDays(1),
        },
        setup.Serializer,
        setup.TimeProvider));

    protected override async Task CollectAsync(IEventStore store) => await ((FileEventStore)store).CollectAsync();
}

public sealed class FlushingFileEventStoreConformanceTests() : FileEventStoreConformanceTestsBase(EventStoreDurability.Flush, 1024 * 1024);

public sealed class PeriodicFileEventStoreConformanceTests() : FileEventStoreConformanceTestsBase(EventStoreDurability.Periodic, 64 * 1024);

public sealed class UncachedFileEventStoreConformanceTests() : FileEventStoreConformanceTestsBase(EventStoreDurability.OperatingSystem, 0);

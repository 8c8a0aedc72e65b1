using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public sealed class InMemoryEventStoreConformanceTests : EventStoreConformanceTests
{
    protected override Task<IEventStore> OpenAsync(EventStoreSetup setup) => Task.FromResult<IEventStore>(new InMemoryEventStore(
        setup.Serializer,
        new InMemoryEventStoreOptions
        {
            LongPollTimeout = setup.LongPollTimeout,
            CollectionAge = setup.CollectionAge,
            CollectionInterval = setup.CollectionInterval,
        },
        setup.TimeProvider));

    protected override async Task CollectAsync(IEventStore store) => await ((InMemoryEventStore)store).CollectAsync();
}

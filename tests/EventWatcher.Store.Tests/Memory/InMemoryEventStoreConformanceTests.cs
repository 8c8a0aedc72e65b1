using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public sealed class InMemoryEventStoreConformanceTests : EventStoreConformanceTests
{
    protected override Task<IEventStore> OpenAsync(EventStoreSetup setup) => MemoryStore.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => MemoryStore.CollectAsync(store);
}

using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

internal static class MemoryStore
{
    public static Task<IEventStore> OpenAsync(EventStoreSetup setup) => Task.FromResult<IEventStore>(new InMemoryEventStore(
        setup.Serializer,
        new InMemoryEventStoreOptions
        {
            LongPollTimeout = setup.LongPollTimeout,
            CollectionAge = setup.CollectionAge,
            CollectionInterval = setup.CollectionInterval,
        },
        setup.TimeProvider));

    public static Task CollectAsync(IEventStore store) => ((InMemoryEventStore)store).CollectAsync().AsTask();
}

public sealed class InMemoryReplayTests : ReplayTests
{
    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => MemoryStore.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => MemoryStore.CollectAsync(store);
}

public sealed class InMemoryFailureTests : FailureTests
{
    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => MemoryStore.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => MemoryStore.CollectAsync(store);
}

public sealed class InMemoryStoppingTests : StoppingTests
{
    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => MemoryStore.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => MemoryStore.CollectAsync(store);
}

public sealed class InMemoryCheckpointTests : CheckpointTests
{
    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => MemoryStore.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => MemoryStore.CollectAsync(store);
}

public sealed class InMemoryManagerTests : ManagerTests
{
    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => MemoryStore.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => MemoryStore.CollectAsync(store);
}

using EventWatcher.Store;
using Xunit;

namespace EventWatcher.TestKit;

/// <summary>Shows that an event store keeps what <see cref="IEventStore"/> promises. Inherit it, and run it as any test class.</summary>
/// <remarks>
/// Each test has a store of its own, empty at first. For stores that outlive the process there is
/// <see cref="PersistentEventStoreConformanceTests"/>, which has these tests and more.
/// </remarks>
/// <example>
/// <code>
/// public sealed class MyStoreConformanceTests : EventStoreConformanceTests
/// {
///     protected override Task&lt;IEventStore> OpenAsync(EventStoreSetup setup) =>
///         Task.FromResult&lt;IEventStore>(new MyStore(setup.Serializer, setup.TimeProvider, setup.LongPollTimeout, setup.CollectionAge));
///     protected override Task CollectAsync(IEventStore store) => ((MyStore)store).CollectAsync();
/// }
/// </code>
/// </example>
public abstract partial class EventStoreConformanceTests : IAsyncLifetime
{
    private protected const string ItemType = "Item";
    private protected const string OtherType = "Other";
    private IEventStore? _store;

    /// <summary>Gets how long a test waits for what must come.</summary>
    /// <value>The default is <see cref="Eventually.DefaultDeadline"/>.</value>
    protected virtual TimeSpan Deadline => Eventually.DefaultDeadline;

    /// <summary>Gets how many writers append at once in the test of concurrency.</summary>
    /// <value>The default is 100.</value>
    protected virtual int Writers => 100;

    /// <summary>Gets how many events each of them appends.</summary>
    /// <value>The default is 10.</value>
    protected virtual int EventsPerWriter => 10;

    /// <summary>Gets the clock of the store.</summary>
    protected FakeTimeProvider Time { get; } = new();

    /// <summary>Gets the store of this test.</summary>
    protected IEventStore Store => _store!;

    private protected EventStoreSetup Setup => field ??= new EventStoreSetup
    {
        TimeProvider = Time,
        Serializer = new JsonEventSerializer()
            .RegisterType(ItemType, StoreItemJsonContext.Default.StoreItem)
            .RegisterType(OtherType, StoreItemJsonContext.Default.StoreItem),
    };

    /// <inheritdoc/>
    public virtual async Task InitializeAsync() => _store = await OpenAsync(Setup).ConfigureAwait(false);

    /// <inheritdoc/>
    public virtual async Task DisposeAsync() => await Eventually.CompletesAsync(Store.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);

    /// <summary>Opens the store of this test: an empty one, the first time.</summary>
    /// <param name="setup">With what.</param>
    /// <returns>The open store; the test disposes it.</returns>
    protected abstract Task<IEventStore> OpenAsync(EventStoreSetup setup);

    /// <summary>Has the store collect now what its rule allows: what is older than the age and at or below every checkpoint.</summary>
    /// <param name="store">The store.</param>
    /// <returns>Completes when that is gone.</returns>
    protected abstract Task CollectAsync(IEventStore store);

    private protected static NewEvent Item(int number, string objectType = ItemType, StoreOperation? operation = null) =>
        NewEvent.Of(operation ?? StoreOperation.Create, objectType, new StoreItem { Number = number, Text = $"item {number}" });

    private protected static long[] Numbers(GetEventsResponse response) => [.. response.Events.Select(static item => item.SequenceNumber)];

    private protected static long[] Range(long first, long last) => [.. Enumerable.Range((int)first, (int)(last - first + 1)).Select(static number => (long)number)];

    private protected async Task ReopenAsync()
    {
        await Eventually.CompletesAsync(Store.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);
        _store = await OpenAsync(Setup).ConfigureAwait(false);
    }

    /// <summary>Appends items one by one, numbered as the store numbers them.</summary>
    private protected async Task AppendAsync(int count)
    {
        var next = (int)await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false) + 1;
        for (var i = 0; i < count; i++)
        {
            await Store.StoreEventAsync(Item(next + i)).ConfigureAwait(false);
        }
    }

    /// <summary>Reads without waiting.</summary>
    private protected async Task<GetEventsResponse> ReadAsync(EventIterator iterator, int limit = 0, EventFilter? filter = null) =>
        await Store.GetEventsAsync(new GetEventsRequest
        {
            Iterator = iterator,
            Limit = limit,
            Filter = filter ?? EventFilter.All,
            LongPollTimeout = TimeSpan.Zero,
        }).ConfigureAwait(false);

    /// <summary>Begins to read, and comes back when the read waits for more.</summary>
    private protected async Task<Task<GetEventsResponse>> PollAsync(EventIterator iterator, EventFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var timers = Time.PendingTimers;
        var poll = Store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, Filter = filter ?? EventFilter.All }, cancellationToken).AsTask();
        await Time.WaitForTimersAsync(timers + 1, Deadline).ConfigureAwait(false);
        return poll;
    }
}

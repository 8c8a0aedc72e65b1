using EventWatcher.Store;

namespace EventWatcher.TestKit;

/// <summary>With what <see cref="EventStoreConformanceTests"/> want a store to be opened.</summary>
public sealed record EventStoreSetup
{
    /// <summary>Gets the serializer.</summary>
    public required IEventSerializer Serializer { get; init; }

    /// <summary>Gets the clock, which the tests move: of time-outs, of timestamps, of collection.</summary>
    public required FakeTimeProvider TimeProvider { get; init; }

    /// <summary>Gets how long a read waits where the request doesn't say.</summary>
    public TimeSpan LongPollTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how old an event must be to be collected.</summary>
    public TimeSpan CollectionAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Gets how often the store collects by itself: so rarely that the tests do it.</summary>
    public TimeSpan CollectionInterval { get; init; } = TimeSpan.FromDays(1);
}

namespace EventWatcher.Store;

/// <summary>What an <see cref="InMemoryEventStore"/> may be told.</summary>
public sealed class InMemoryEventStoreOptions
{
    /// <summary>Gets or sets the store's name, for messages.</summary>
    /// <value>Default: <c>memory</c>.</value>
    public string Name { get; set; } = "memory";

    /// <summary>Gets or sets how long a read waits where there is nothing to return and the request doesn't say.</summary>
    /// <value>Default: 10 s; from zero (no waiting) to one day.</value>
    public TimeSpan LongPollTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how old an event must be to be collected; it must be at or below every checkpoint too.</summary>
    /// <value>Default: 24 h; zero turns collection off; at most 10,000 days.</value>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how often old events are collected.</summary>
    /// <value>Default: 10 min; from 1 s to one day, or <see cref="Timeout.InfiniteTimeSpan"/>: only when <see cref="InMemoryEventStore.CollectAsync"/> is called.</value>
    public TimeSpan CollectionInterval { get; set; } = TimeSpan.FromMinutes(10);
}

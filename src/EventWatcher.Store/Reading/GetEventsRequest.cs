namespace EventWatcher.Store;

/// <summary>What <see cref="IEventStore.GetEventsAsync"/> is asked for.</summary>
public sealed record GetEventsRequest
{
    /// <summary>Gets where to begin.</summary>
    /// <value>Default: <see cref="EventIterator.TrimHorizon"/>.</value>
    public EventIterator Iterator { get; init; }

    /// <summary>Gets how many events to return at most; only matches count. 0 is no limit but the store's own memory bound.</summary>
    /// <value>Default: 0.</value>
    public int Limit { get; init; }

    /// <summary>Gets which events are wanted.</summary>
    /// <value>Default: <see cref="EventFilter.All"/>.</value>
    public EventFilter Filter { get; init; } = EventFilter.All;

    /// <summary>Gets how long to wait where there is nothing to return; zero does not wait, null takes the store's <c>LongPollTimeout</c>.</summary>
    /// <value>Default: null.</value>
    public TimeSpan? LongPollTimeout { get; init; }
}

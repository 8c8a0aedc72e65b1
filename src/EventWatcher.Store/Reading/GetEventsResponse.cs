namespace EventWatcher.Store;

/// <summary>What <see cref="IEventStore.GetEventsAsync"/> found.</summary>
public sealed record GetEventsResponse
{
    /// <summary>Gets the events, in the order of their numbers; possibly none.</summary>
    public required IReadOnlyList<StoredEvent> Events { get; init; }

    /// <summary>Gets where to go on. It has moved past the events that the filter held back.</summary>
    public required EventIterator NextIterator { get; init; }

    /// <summary>Gets what is missing where the iterator pointed below the oldest event that is still there; null where nothing is.</summary>
    public HorizonPassed? HorizonPassed { get; init; }
}

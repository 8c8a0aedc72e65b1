namespace EventWatcher.Sinks;

/// <summary>An accepted item that was not delivered: a dead letter.</summary>
/// <typeparam name="T">What is written.</typeparam>
public sealed record DroppedItem<T>
{
    /// <summary>Gets the item.</summary>
    public required T Item { get; init; }

    /// <summary>Gets why it was dropped.</summary>
    public required DropReason Reason { get; init; }

    /// <summary>Gets what the target threw; null where it was not the target.</summary>
    public Exception? Exception { get; init; }
}

namespace EventWatcher.Store;

/// <summary>Which events are wanted: one of the types AND one of the operations. What is empty lets everything through.</summary>
public sealed record EventFilter
{
    /// <summary>Gets the filter that lets everything through.</summary>
    public static EventFilter All { get; } = new();

    /// <summary>Gets the object types that are wanted; none stands for all. Compared ordinally.</summary>
    public IReadOnlyCollection<string> ObjectTypes { get; init; } = [];

    /// <summary>Gets the operations that are wanted; none stands for all.</summary>
    public IReadOnlyCollection<StoreOperation> Operations { get; init; } = [];
}

namespace EventWatcher.Sinks;

/// <summary>What a broadcaster reports when a child has thrown. The other children got the item all the same.</summary>
/// <typeparam name="T">What is written.</typeparam>
public sealed record ChildFailure<T>
{
    /// <summary>Gets the child.</summary>
    public required ISink<T> Child { get; init; }

    /// <summary>Gets the item that it did not take.</summary>
    public required T Item { get; init; }

    /// <summary>Gets what it threw.</summary>
    public required Exception Exception { get; init; }
}

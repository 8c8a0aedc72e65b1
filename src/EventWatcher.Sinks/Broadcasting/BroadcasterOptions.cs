namespace EventWatcher.Sinks;

/// <summary>How a <see cref="Broadcaster{T}"/> delivers.</summary>
/// <typeparam name="T">What is written.</typeparam>
public sealed class BroadcasterOptions<T> : SinkOptions
{
    /// <summary>Gets or sets whether all children get concurrent writes in one common order, one item at a time.</summary>
    /// <value>The default is false: order holds for each writer.</value>
    public bool Ordered { get; set; }

    /// <summary>Gets or sets whether an item is given to all children at once, instead of to one after the other.</summary>
    /// <value>The default is false. A child that blocks its caller instead of returning a task holds the others up even so.</value>
    public bool Parallel { get; set; }

    /// <summary>
    /// Gets or sets what is told of a child that threw something else than <see cref="SinkClosedException"/>. It is
    /// called before the write returns, must be quick, and may be called concurrently; what it throws is logged.
    /// </summary>
    /// <value>The default is null: such a failure is logged and counted only.</value>
    public Action<ChildFailure<T>>? OnFailure { get; set; }
}

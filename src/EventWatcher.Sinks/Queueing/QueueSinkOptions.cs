namespace EventWatcher.Sinks;

/// <summary>How much a <see cref="QueueSink{T}"/> holds, and what it does with what it can't deliver.</summary>
/// <typeparam name="T">What is written.</typeparam>
public sealed class QueueSinkOptions<T> : SinkOptions, ISelfValidating
{
    /// <summary>Gets or sets how many items wait at most; <see cref="int.MaxValue"/> for any number.</summary>
    /// <value>The default is 10,000 items; at least 1.</value>
    public int Capacity { get; set; } = 10_000;

    /// <summary>Gets or sets what happens to an item for which there is no room.</summary>
    /// <value>The default is <see cref="SinkOverflow.Wait"/>.</value>
    public SinkOverflow Overflow { get; set; }

    /// <summary>
    /// Gets or sets what makes the item that stands in the stream in the place of dropped ones, of how many they are.
    /// Called when its turn to be delivered comes.
    /// </summary>
    /// <value>The default is null; needed for <see cref="SinkOverflow.Mark"/>, and of no effect otherwise.</value>
    public Func<long, T>? OverflowMarker { get; set; }

    /// <summary>
    /// Gets or sets what is told of each accepted item that is not delivered. It must be quick, may be called
    /// concurrently, and what it throws is logged.
    /// </summary>
    /// <value>The default is null: such items are logged and counted only.</value>
    public Action<DroppedItem<T>>? OnDropped { get; set; }

    void ISelfValidating.Validate(OptionFaults faults)
    {
        faults.Unless(Capacity >= 1, Capacity, "1 or more");
        faults.Unless(Enum.IsDefined(Overflow), Overflow, string.Join(", ", Enum.GetNames<SinkOverflow>()));
        faults.Unless(Overflow != SinkOverflow.Mark || OverflowMarker is not null, OverflowMarker, "a delegate, with Overflow = Mark");
    }
}

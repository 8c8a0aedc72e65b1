namespace EventWatcher.Sinks;

/// <summary>How large the batches of a <see cref="BatchSink{T}"/> are, and how long it waits for them to fill.</summary>
/// <typeparam name="T">What is written.</typeparam>
public sealed class BatchSinkOptions<T> : SinkOptions, ISelfValidating
{
    /// <summary>Gets or sets how many items a batch has at most. A full batch is delivered at once.</summary>
    /// <value>The default is 100 items; at least 1.</value>
    public int MaxSize { get; set; } = 100;

    /// <summary>Gets or sets how long at most an item waits for its batch to fill.</summary>
    /// <value>The default is 1 second; zero to 24 days.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how many items wait at most, before writers have to.</summary>
    /// <value>The default is 10,000 items; at least <see cref="MaxSize"/>.</value>
    public int Capacity { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets what is told of each accepted item that is not delivered. It must be quick, may be called
    /// concurrently, and what it throws is logged.
    /// </summary>
    /// <value>The default is null: such items are logged and counted only.</value>
    public Action<DroppedItem<T>>? OnDropped { get; set; }

    void ISelfValidating.Validate(OptionFaults faults)
    {
        faults.Unless(MaxSize >= 1, MaxSize, "1 or more");
        faults.Unless(MaxDelay >= TimeSpan.Zero && MaxDelay <= SinkOptionsValidator.Longest, MaxDelay, "zero to 24 days");
        faults.Unless(Capacity >= MaxSize, Capacity, $"MaxSize ({MaxSize}) or more");
    }
}

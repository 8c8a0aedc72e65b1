namespace EventWatcher.Sinks;

/// <summary>How much a <see cref="ChannelSink{T}"/> buffers.</summary>
public sealed class ChannelSinkOptions : SinkOptions, ISelfValidating
{
    /// <summary>Gets or sets how many items are taken before a reader takes them.</summary>
    /// <value>The default is 0: a write returns when its item was received.</value>
    public int Capacity { get; set; }

    void ISelfValidating.Validate(OptionFaults faults) => faults.Unless(Capacity >= 0, Capacity, "0 or more");
}

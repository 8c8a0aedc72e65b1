namespace EventWatcher.Sinks;

/// <summary>How long a <see cref="RetryingSink{T}"/> goes on, and with what.</summary>
public sealed class RetryingSinkOptions : SinkOptions, ISelfValidating
{
    /// <summary>Gets or sets how many attempts are made for an item at most, the first one among them.</summary>
    /// <value>The default is <see cref="int.MaxValue"/>: until it succeeds or the sink is closed. At least 1.</value>
    public int MaxAttempts { get; set; } = int.MaxValue;

    /// <summary>
    /// Gets or sets which exceptions are worth another attempt. <see cref="SinkClosedException"/> and the caller's own
    /// cancellation never are, whatever it says.
    /// </summary>
    /// <value>The default is null: all but a <see cref="SinkWriteException"/> that is permanent.</value>
    public Func<Exception, bool>? ShouldRetry { get; set; }

    void ISelfValidating.Validate(OptionFaults faults) => faults.Unless(MaxAttempts >= 1, MaxAttempts, "1 or more");
}

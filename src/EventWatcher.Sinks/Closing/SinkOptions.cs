namespace EventWatcher.Sinks;

/// <summary>What every sink may be told.</summary>
public class SinkOptions
{
    /// <summary>Gets or sets the name under which the sink appears in exceptions, logs and metrics. It must hold no secret.</summary>
    /// <value>The default is null: the word for the kind of sink, such as <c>queue</c>.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets how long disposing waits for what was accepted to be delivered, and for the child to close.</summary>
    /// <value>The default is 30 seconds; zero to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>.</value>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

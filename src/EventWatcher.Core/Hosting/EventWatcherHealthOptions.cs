namespace EventWatcher;

/// <summary>When the health check of EventWatcher says Degraded.</summary>
public sealed class EventWatcherHealthOptions
{
    /// <summary>Gets or sets how long a source may take to be reached for the first time.</summary>
    /// <value>The default is 10 seconds; zero or longer.</value>
    public TimeSpan ConnectGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a queue's handler may take for a batch.</summary>
    /// <value>The default is 30 seconds; longer than zero.</value>
    public TimeSpan SlowHandler { get; set; } = TimeSpan.FromSeconds(30);
}

namespace EventWatcher.Docker;

/// <summary>Which engine a <see cref="DockerWatcher"/> watches, and how it goes on after an outage.</summary>
public sealed class DockerWatcherOptions : DockerEngineOptions
{
    /// <summary>Gets or sets the watcher's name, the <see cref="Event.Source"/> of its events.</summary>
    /// <value>The default is null: the endpoint, such as <c>unix:///var/run/docker.sock</c>.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets which events are wanted.</summary>
    /// <value>The default is every container event that <see cref="DockerEventMap"/> knows.</value>
    public DockerFilters Filters { get; set; } = DockerFilters.None;

    /// <summary>Gets or sets what happens after the stream broke.</summary>
    /// <value>The default is <see cref="DockerResume.Proved"/>.</value>
    public DockerResume Resume { get; set; }

    /// <summary>
    /// Gets or sets how long to wait after the first failed try to connect. Further tries wait longer, with jitter, up
    /// to <see cref="MaxRetryDelay"/>; it never gives up. A connection that broke is resumed at once.
    /// </summary>
    /// <value>The default is 3 seconds; longer than zero.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets the longest wait between two tries.</summary>
    /// <value>The default is 30 seconds; at least <see cref="RetryDelay"/>.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how often what was received is compared with the engine's own memory, to find events that the
    /// engine dropped silently and connections that are dead without saying so. While nothing happens it is done less
    /// often, down to a sixth.
    /// </summary>
    /// <value>The default is 10 seconds; at least 1 second, or <see cref="Timeout.InfiniteTimeSpan"/> for never.</value>
    public TimeSpan AuditInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets whether the containers that are there, and after a <see cref="EventAction.ForceReload"/> those that
    /// changed meanwhile, are reported by events of their own (<see cref="DockerWatcher.SynthesizedAttribute"/>).
    /// </summary>
    /// <value>The default is false.</value>
    public bool Snapshot { get; set; }

    /// <summary>Gets or sets how many events a subscription buffers for a consumer that is slow.</summary>
    /// <value>The default is 10,000 events; at least 1.</value>
    public int Capacity { get; set; } = 10_000;

    internal DockerWatcherOptions Copy() => (DockerWatcherOptions)MemberwiseClone();
}

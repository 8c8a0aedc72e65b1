namespace EventWatcher;

/// <summary>What the base class <see cref="Watcher"/> may be told.</summary>
public sealed class WatcherOptions
{
    /// <summary>Gets or sets the watcher's name, which becomes <see cref="Event.Source"/> of events that have none.</summary>
    /// <value>The default is the name of the watcher's class. Must not contain secrets.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets how many events a subscription buffers for a consumer that is slow.</summary>
    /// <value>The default is 10,000 events; at least 1.</value>
    public int Capacity { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets whether a watcher whose <see cref="Watcher.WatchAsync"/> throws is run again. Each failure is
    /// reported, and the first thing after a restart is a <see cref="EventAction.ForceReload"/>.
    /// </summary>
    /// <value>The default is false: the exception ends the subscription.</value>
    public bool RestartOnFailure { get; set; }

    /// <summary>
    /// Gets or sets how long to wait before the first restart; each further one waits twice as long, give or take a
    /// quarter. A run that was ready for <see cref="MaxRestartDelay"/> is followed by a first one again.
    /// </summary>
    /// <value>The default is 1 second; longer than zero.</value>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the longest wait between two restarts.</summary>
    /// <value>The default is 30 seconds; from <see cref="RestartDelay"/> to one day.</value>
    public TimeSpan MaxRestartDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long disposal waits for <see cref="Watcher.WatchAsync"/> to return after its token was
    /// cancelled. Then it is reported as abandoned.
    /// </summary>
    /// <value>The default is 30 seconds; from zero to one day, or <see cref="Timeout.InfiniteTimeSpan"/>.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

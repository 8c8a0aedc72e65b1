namespace EventWatcher.Files;

/// <summary>What all watchers of this package may be told.</summary>
public abstract class FilesWatcherOptions
{
    private protected FilesWatcherOptions(TimeSpan settleTime) => SettleTime = settleTime;

    /// <summary>Gets or sets the watcher's name, the <see cref="Event.Source"/> of its events.</summary>
    /// <value>The default is null: <c>file:</c> and the path.</value>
    public string? Name { get; set; }

    /// <summary>
    /// Gets or sets how long a name must have been quiet before it is reported. Each sign of it begins the time anew, up
    /// to one second in all.
    /// </summary>
    /// <value>
    /// The default is 50 milliseconds, for <see cref="ConfigFileWatcherOptions"/> 100 milliseconds; from zero to one minute.
    /// </value>
    public TimeSpan SettleTime { get; set; }

    /// <summary>Gets or sets when the disk is looked at by the clock.</summary>
    /// <value>The default is <see cref="FilePolling.Automatic"/>.</value>
    public FilePolling Polling { get; set; }

    /// <summary>Gets or sets how often it is looked at then.</summary>
    /// <value>The default is 2 seconds; from 10 milliseconds to one day.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how many events a subscription buffers for a consumer that is slow.</summary>
    /// <value>The default is 10,000 events; at least 1.</value>
    public int Capacity { get; set; } = 10_000;

    /// <summary>Gets or sets a value indicating whether the source for other systems is used on this one too, for tests.</summary>
    internal bool UsesFrameworkWatcher { get; set; }

    internal FilesWatcherOptions Copy() => (FilesWatcherOptions)MemberwiseClone();
}

namespace EventWatcher.Store;

/// <summary>When a <see cref="StoreWatcher"/> sets its checkpoint by itself. All off by default: then <see cref="StoreWatcher.CheckpointAsync"/> is the handler's to call.</summary>
/// <remarks>
/// The checkpoint is the last event that the watcher is done with: handled, skipped, or passed over by the filter. A
/// failure to set it is reported, and tried again when it is due the next time.
/// </remarks>
public sealed class AutoCheckpointOptions
{
    /// <summary>Gets or sets after how many events of the log the checkpoint is set; the handler waits meanwhile.</summary>
    /// <value>Default: 0, never; at most 1,000,000.</value>
    public int Events { get; set; }

    /// <summary>Gets or sets how often the checkpoint is set where it has moved, whatever the handler does meanwhile.</summary>
    /// <value>Default: zero, never; else from 1 ms to one day.</value>
    public TimeSpan Interval { get; set; }

    /// <summary>Gets or sets a value indicating whether the checkpoint is set when the watcher stops.</summary>
    /// <value>Default: false.</value>
    public bool OnStop { get; set; }
}

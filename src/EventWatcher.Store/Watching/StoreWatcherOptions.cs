namespace EventWatcher.Store;

/// <summary>What a <see cref="StoreWatcher"/> may be told. Copied when the watcher is created.</summary>
public sealed class StoreWatcherOptions
{
    /// <summary>Gets or sets where to begin where there is no checkpoint; a checkpoint wins over it.</summary>
    /// <value>
    /// Default: <see cref="EventIterator.TrimHorizon"/>. <see cref="EventIterator.Latest"/> is after what is the latest when the
    /// watcher is created; a number beyond that becomes the same, with a warning.
    /// </value>
    public EventIterator InitialIterator { get; set; }

    /// <summary>Gets or sets which events are handled.</summary>
    /// <value>Default: <see cref="EventFilter.All"/>.</value>
    public EventFilter Filter { get; set; } = EventFilter.All;

    /// <summary>Gets or sets how many events are read at a time.</summary>
    /// <value>Default: 100; from 1 to 100,000.</value>
    public int BatchSize { get; set; } = 100;

    /// <summary>Gets or sets how many events may be read ahead while the handler works. Beyond 16 MiB of payloads no further batch is read, however many events those are.</summary>
    /// <value>Default: 1,000; from <see cref="BatchSize"/> to 1,000,000.</value>
    public int BufferSize { get; set; } = 1_000;

    /// <summary>Gets or sets how long to wait after the first failure; each further one waits twice as long, give or take a quarter.</summary>
    /// <value>Default: 200 ms; from zero to one day.</value>
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets the longest wait between two tries.</summary>
    /// <value>Default: 3 min; from <see cref="InitialBackoff"/> to one day.</value>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Gets or sets what is done with an event that the handler fails on.</summary>
    /// <value>Default: <see cref="RetryStrategy.Block"/>.</value>
    public RetryStrategy RetryStrategy { get; set; }

    /// <summary>Gets or sets how often the handler is called for one event, the first call included, before <see cref="RetryStrategy.Skip"/> skips it.</summary>
    /// <value>Default: null, without limit; else at least 1.</value>
    public int? MaxAttempts { get; set; }

    /// <summary>Gets or sets when the checkpoint is set without being asked to.</summary>
    /// <value>Default: never.</value>
    public AutoCheckpointOptions AutoCheckpoint { get; set; } = new();

    /// <summary>Gets or sets a value indicating whether the watcher keeps nothing beyond its own life: it has no checkpoint, and leaves the log free to be collected.</summary>
    /// <value>Default: false.</value>
    public bool Ephemeral { get; set; }

    /// <summary>Gets or sets a value indicating whether the watcher starts when it is created.</summary>
    /// <value>Default: true.</value>
    public bool AutoStart { get; set; } = true;

    /// <summary>Gets or sets how long stopping waits for the handler where no deadline is given.</summary>
    /// <value>Default: 30 s; from zero to one day, or <see cref="Timeout.InfiniteTimeSpan"/>.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets what is called with each failure: <see cref="EventHandlingException"/> for each call of the handler that failed,
    /// <see cref="HorizonPassedException"/> where events were collected before they were read, <see cref="CheckpointException"/>
    /// for an automatic checkpoint, and whatever the store threw.
    /// </summary>
    /// <value>Default: null. Everything is logged in either case. What it throws itself is logged and swallowed.</value>
    public Func<Exception, CancellationToken, ValueTask>? OnError { get; set; }

    /// <summary>Gets or sets what is called with each event that <see cref="RetryStrategy.Skip"/> gives up, and with why: the dead-letter callback.</summary>
    /// <value>Default: null. What it throws is reported and swallowed: the event is still in the log, under its number.</value>
    public Func<StoredEvent, EventHandlingException, CancellationToken, ValueTask>? OnSkipped { get; set; }

    internal StoreWatcherOptions Copy()
    {
        var copy = (StoreWatcherOptions)MemberwiseClone();
        copy.AutoCheckpoint = new AutoCheckpointOptions
        {
            Events = AutoCheckpoint.Events,
            Interval = AutoCheckpoint.Interval,
            OnStop = AutoCheckpoint.OnStop,
        };
        return copy;
    }
}

namespace EventWatcher.Store;

/// <summary>What a <see cref="ReplayWatcher"/> may be told. Copied.</summary>
public sealed class ReplayWatcherOptions
{
    /// <summary>Gets or sets the watcher's name: the <see cref="Event.Source"/> of events that have none.</summary>
    /// <value>Default: null, its id. Must not contain secrets.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets the type of the stream, and of the <see cref="EventAction.ForceReload"/> that stands for what is missing. Replayed events keep their own.</summary>
    /// <value>Default: <c>store</c>.</value>
    public EventType Type { get; set; } = new("store");

    /// <summary>Gets or sets where to begin where there is no checkpoint; a checkpoint wins over it.</summary>
    /// <value>Default: <see cref="EventIterator.TrimHorizon"/>.</value>
    public EventIterator InitialIterator { get; set; }

    /// <summary>Gets or sets which events are replayed.</summary>
    /// <value>Default: <see cref="EventFilter.All"/>.</value>
    public EventFilter Filter { get; set; } = EventFilter.All;

    /// <summary>Gets or sets how many events are read at a time.</summary>
    /// <value>Default: 100; from 1 to 100,000.</value>
    public int BatchSize { get; set; } = 100;

    /// <summary>Gets or sets how many events a subscription buffers; then reading waits for the consumer, and nothing is lost.</summary>
    /// <value>Default: 1,000; at least 1.</value>
    public int Capacity { get; set; } = 1_000;

    /// <summary>Gets or sets how long to wait after the first failed read; each further one waits twice as long, give or take a quarter.</summary>
    /// <value>Default: 200 ms; from zero to one day.</value>
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets the longest wait between two reads.</summary>
    /// <value>Default: 30 s; from <see cref="InitialBackoff"/> to one day.</value>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets a value indicating whether there is no checkpoint, and the log is left free to be collected.</summary>
    /// <value>Default: false.</value>
    public bool Ephemeral { get; set; }
}

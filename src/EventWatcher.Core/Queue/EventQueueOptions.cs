namespace EventWatcher;

/// <summary>How an <see cref="EventQueue"/> batches, what it does when it is full, and how it stops.</summary>
public sealed class EventQueueOptions
{
    /// <summary>Gets or sets the name under which the queue appears in errors, logs and metrics.</summary>
    /// <value>The default is <c>events</c>.</value>
    public string Name { get; set; } = "events";

    /// <summary>Gets or sets the longest time from an event's arrival to its flush, while no flush is running.</summary>
    /// <value>The default is 1 second; longer than zero, at most a day. An idle queue owns no running timer.</value>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how many events a batch has at most. A full batch is flushed at once.</summary>
    /// <value>The default is 1,000 events; at least 1.</value>
    public int MaxBatchSize { get; set; } = 1_000;

    /// <summary>Gets or sets how many events are buffered at most. The buffer grows and shrinks below it.</summary>
    /// <value>The default is 10,000 events; at least <see cref="MaxBatchSize"/>.</value>
    public int Capacity { get; set; } = 10_000;

    /// <summary>Gets or sets what happens to an event for which there is no room.</summary>
    /// <value>The default is <see cref="QueueOverflow.ForceReload"/>.</value>
    public QueueOverflow Overflow { get; set; }

    /// <summary>
    /// Gets or sets how long a burst must have been quiet before it is flushed, though never beyond
    /// <see cref="FlushInterval"/> and never beyond a full batch.
    /// </summary>
    /// <value>The default is zero: not waited for. At most <see cref="FlushInterval"/>.</value>
    public TimeSpan QuietPeriod { get; set; }

    /// <summary>
    /// Gets or sets what makes two events of a batch alike: of those with one key only the latest stays, at the place
    /// of the latest. <see cref="EventAction.ForceReload"/> is exempt, and so are events whose key is null.
    /// </summary>
    /// <value>The default is null: every event stays.</value>
    public Func<Event, object?>? Coalesce { get; set; }

    /// <summary>Gets or sets whether stopping flushes what is pending, once; else it is discarded, counted and logged.</summary>
    /// <value>The default is false; queues that the host runs have true.</value>
    public bool DrainOnStop { get; set; }

    /// <summary>Gets or sets what happens after the handler threw.</summary>
    /// <value>The default is <see cref="FlushFailureMode.Continue"/>.</value>
    public FlushFailureMode FlushFailure { get; set; }

    /// <summary>
    /// Gets or sets how long <see cref="FlushFailureMode.Retry"/> waits at first; it doubles, with jitter, up to
    /// <see cref="MaxRetryDelay"/>.
    /// </summary>
    /// <value>The default is 200 milliseconds; longer than zero.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets the longest wait between two tries.</summary>
    /// <value>The default is 30 seconds; from <see cref="RetryDelay"/> to one day.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets whether the queue ends by itself when every attached stream has ended and its events are flushed.
    /// Without attached streams it never does.
    /// </summary>
    /// <value>The default is true.</value>
    public bool CompleteWhenSourcesEnd { get; set; } = true;

    /// <summary>Gets or sets how long stopping waits for a callback that is running; then it is reported as abandoned.</summary>
    /// <value>The default is 30 seconds; from zero to one day, or <see cref="Timeout.InfiniteTimeSpan"/>.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal EventQueueOptions Copy() => (EventQueueOptions)MemberwiseClone();
}

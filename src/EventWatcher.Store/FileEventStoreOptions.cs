namespace EventWatcher.Store;

/// <summary>What a <see cref="FileEventStore"/> is told.</summary>
public sealed class FileEventStoreOptions
{
    /// <summary>Gets or sets the directory that is the store's own. It is made where it is missing.</summary>
    /// <value>Required.</value>
    public string Path { get; set; } = "";

    /// <summary>Gets or sets when an append is acknowledged.</summary>
    /// <value>Default: <see cref="EventStoreDurability.Flush"/>.</value>
    public EventStoreDurability Durability { get; set; } = EventStoreDurability.Flush;

    /// <summary>Gets or sets how often all is flushed with <see cref="EventStoreDurability.Periodic"/>.</summary>
    /// <value>Default: 1 s; from 1 ms to one day.</value>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets at which length a file of the log is ended and another begun. Events are collected, and disk space given back, by whole files.</summary>
    /// <value>Default: 64 MiB; from 64 KiB to 1 GiB. An append that is larger gets a file of its own.</value>
    public long SegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Gets or sets how large an event's payload may be.</summary>
    /// <value>Default: 16 MiB; from 1 byte to 512 MiB.</value>
    public int MaxEventBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Gets or sets how many bytes of events may wait for the disk; an append that finds more waits itself. A batch that is larger goes alone.</summary>
    /// <value>Default: 16 MiB; from 64 KiB to 512 MiB.</value>
    public int MaxPendingBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Gets or sets how many bytes of the latest events are kept in memory, so that readers who keep up read no file.</summary>
    /// <remarks>Appends of 64 KiB and more are kept while somebody reads: not once as many bytes as this were stored and no read asked for any.</remarks>
    /// <value>Default: 16 MiB; from 0 (none) to 512 MiB.</value>
    public int CacheBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Gets or sets how long a read waits where there is nothing to return and the request doesn't say.</summary>
    /// <value>Default: 10 s; from zero (no waiting) to one day.</value>
    public TimeSpan LongPollTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how old an event must be to be collected; it must be at or below every checkpoint too.</summary>
    /// <value>Default: 24 h; zero turns collection by this rule off; at most 10,000 days.</value>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how often events are collected, by every rule.</summary>
    /// <value>Default: 10 min; from 1 s to one day, or <see cref="Timeout.InfiniteTimeSpan"/>: only when <see cref="FileEventStore.CollectAsync"/> is called.</value>
    public TimeSpan CollectionInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how much of the disk the log may take, whatever the checkpoints say; what is collected before a watcher has seen it is reported.</summary>
    /// <value>Default: 0, no bound; else at least twice <see cref="SegmentBytes"/>. Passed at most for one <see cref="CollectionInterval"/>.</value>
    public long MaxBytes { get; set; }

    /// <summary>Gets or sets how old an event may become, whatever the checkpoints say; what is collected before a watcher has seen it is reported.</summary>
    /// <value>Default: zero, no bound; at most 10,000 days.</value>
    public TimeSpan MaxAge { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the store is only looked at: no lock is taken, nothing is changed, and
    /// what is readable is what was there when it was opened.
    /// </summary>
    /// <value>Default: false.</value>
    public bool IsReadOnly { get; set; }
}

namespace EventWatcher.Store;

/// <summary>What lies in a store's directory.</summary>
public sealed record EventStoreDescription
{
    /// <summary>Gets the directory.</summary>
    public required string Path { get; init; }

    /// <summary>Gets who has it open, as the note beside the lock says; null where nobody has, or it doesn't say.</summary>
    public string? Holder { get; init; }

    /// <summary>Gets the events that can be read.</summary>
    public required SequenceRange Readable { get; init; }

    /// <summary>Gets the number of the first event that was not collected.</summary>
    public required long Horizon { get; init; }

    /// <summary>Gets the files of the log, oldest first.</summary>
    public required IReadOnlyList<SegmentDescription> Segments { get; init; }

    /// <summary>Gets the watchers' checkpoints, by id.</summary>
    public required IReadOnlyList<CheckpointDescription> Checkpoints { get; init; }

    /// <summary>Gets what is half written at an end, and will be cut off when the store is opened. While it is in use, that may be what is being written.</summary>
    public required IReadOnlyList<TailCut> Tails { get; init; }

    /// <summary>Gets everything that is wrong.</summary>
    public required IReadOnlyList<EventStoreDamagedException> Damage { get; init; }
}

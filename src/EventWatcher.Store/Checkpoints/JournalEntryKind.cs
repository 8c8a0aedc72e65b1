namespace EventWatcher.Store;

/// <summary>What a line of the checkpoint journal says.</summary>
internal enum JournalEntryKind
{
    /// <summary>Nothing: padding.</summary>
    None = 0,

    /// <summary>How far a watcher has come.</summary>
    Set = 1,

    /// <summary>That a watcher's checkpoint is forgotten.</summary>
    Delete = 2,

    /// <summary>The number of the first event that is not collected.</summary>
    Horizon = 3,
}

namespace EventWatcher.Sinks;

/// <summary>Why an item was dropped.</summary>
public enum DropReason
{
    /// <summary>There was no room for it.</summary>
    Overflow = 0,

    /// <summary>The target threw.</summary>
    TargetFailed,

    /// <summary>The target is closed.</summary>
    TargetClosed,

    /// <summary>The sink had to be closed before it was delivered.</summary>
    Closed,
}

namespace EventWatcher;

/// <summary>What an <see cref="EventQueue"/> does with an event for which it has no room.</summary>
/// <remarks><see cref="EventAction.ForceReload"/> is exempt from every drop.</remarks>
public enum QueueOverflow
{
    /// <summary>
    /// Coalesces what does not fit into one <see cref="EventAction.ForceReload"/> for each type and source, until the
    /// handler has been given it.
    /// </summary>
    ForceReload = 0,

    /// <summary>
    /// Back-pressure: <see cref="EventQueue.EnqueueAsync"/> waits. For watch streams the loss then happens, visibly,
    /// in the stream; a replayable source loses nothing.
    /// </summary>
    Wait,

    /// <summary>The oldest event gives way. Counted and reported.</summary>
    DropOldest,

    /// <summary>The new event is not kept. Counted and reported.</summary>
    DropNewest,
}

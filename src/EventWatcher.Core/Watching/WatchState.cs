namespace EventWatcher;

/// <summary>How a subscription is doing.</summary>
public enum WatchState
{
    /// <summary>Not subscribed yet. It may stay so while the source is absent.</summary>
    Connecting = 0,

    /// <summary>Subscribed: what happens is seen.</summary>
    Ready,

    /// <summary>It was subscribed or tried to, the source is unreachable, and the watcher goes on trying.</summary>
    Interrupted,

    /// <summary>Ended: cancelled, disposed, or the source has no more to say.</summary>
    Completed,

    /// <summary>Ended by a failure; see <see cref="WatchStream.Completion"/>.</summary>
    Failed,
}

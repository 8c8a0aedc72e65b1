namespace EventWatcher.Idle;

/// <summary>The states of <see cref="LifecycleTable"/>: those of <see cref="IdleState"/>, with what the outside need not tell apart.</summary>
internal enum LifecycleState
{
    /// <summary>Nobody has looked yet.</summary>
    Unknown = 0,

    /// <summary>Stopped or paused.</summary>
    Napping,

    /// <summary>Our start, and those of its dependencies, are under way.</summary>
    Waking,

    /// <summary>The wake took too long; its start was told to give up and has not returned yet.</summary>
    GivingUp,

    /// <summary>It runs and is probed.</summary>
    Starting,

    /// <summary>It serves.</summary>
    Ready,

    /// <summary>Somebody sent it its stop signal; the die decides.</summary>
    Ending,

    /// <summary>Something was seen that speaks against its running; the provider is being asked.</summary>
    Checking,

    /// <summary>Our stop is under way.</summary>
    Stopping,

    /// <summary>It is missing, dead or unhealthy.</summary>
    Error,

    /// <summary>The last wake failed.</summary>
    Failed,

    /// <summary>No longer watched.</summary>
    Disposed,
}

namespace EventWatcher.Idle;

/// <summary>What can happen to a container, to whoever waits for it, or to our own work on it.</summary>
internal enum LifecycleInput
{
    /// <summary>Somebody waits for it.</summary>
    Demand = 0,

    /// <summary>Our start succeeded: it runs.</summary>
    Started,

    /// <summary>Our start, or that of a dependency, failed or was given up.</summary>
    WakeFailed,

    /// <summary>It was not ready in time.</summary>
    WakeTimedOut,

    /// <summary>A probe found that it serves.</summary>
    ProbePassed,

    /// <summary>Nobody used it for its idle time, or somebody asked that it sleep.</summary>
    IdleElapsed,

    /// <summary>After the gate was closed nobody held a lease.</summary>
    IdleConfirmed,

    /// <summary>After the gate was closed somebody did hold a lease.</summary>
    IdleRefuted,

    /// <summary>Our stop succeeded.</summary>
    StopDone,

    /// <summary>Our stop failed, or took too long.</summary>
    StopFailed,

    /// <summary>An event says that it was created.</summary>
    SawCreate,

    /// <summary>An event says that it runs again: start, unpause, restart.</summary>
    SawStart,

    /// <summary>An event says that it was started anew.</summary>
    SawNewRun,

    /// <summary>An event says that it was sent its stop signal.</summary>
    SawKill,

    /// <summary>An event says that it runs no longer: die, stop, pause.</summary>
    SawEnd,

    /// <summary>An event says that it ran no longer, and the one of our own start has not come yet: it is of before, or that one was lost.</summary>
    SawLateEnd,

    /// <summary>The container is gone, or there is another one under its name.</summary>
    SawDestroy,

    /// <summary>The time in which a kill must show its effect is over.</summary>
    HoldElapsed,

    /// <summary>The provider says that it runs.</summary>
    LookedRunning,

    /// <summary>The provider says that it is stopped.</summary>
    LookedStopped,

    /// <summary>The provider says that it is paused.</summary>
    LookedPaused,

    /// <summary>The provider says that there is none.</summary>
    LookedMissing,

    /// <summary>The provider says that it can't be used.</summary>
    LookedDead,

    /// <summary>It ended before it was ready, for the first time in this wake, and somebody waits.</summary>
    EndedEarly,

    /// <summary>It ended before it was ready again, and somebody waits.</summary>
    EndedAgain,

    /// <summary>It was to run to its end, and did.</summary>
    Completed,

    /// <summary>It was ready and its health is bad now.</summary>
    Unhealthy,

    /// <summary>Its health is said to be good.</summary>
    Healthy,

    /// <summary>It is no longer to be watched.</summary>
    Dispose,
}

namespace EventWatcher.Idle;

/// <summary>What happened while a container was woken.</summary>
public enum WakeEventType
{
    /// <summary>The wake began.</summary>
    Starting = 0,

    /// <summary>Something that the container depends on is being made ready.</summary>
    WakingDependency,

    /// <summary>Something that the container depends on is ready.</summary>
    DependencyReady,

    /// <summary>The container runs.</summary>
    ContainerWoke,

    /// <summary>It is being probed.</summary>
    WaitingReady,

    /// <summary>It serves. Ends the wake.</summary>
    Ready,

    /// <summary>The wake failed. Ends it.</summary>
    Error,
}

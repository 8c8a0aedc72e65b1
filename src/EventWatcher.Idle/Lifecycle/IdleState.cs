namespace EventWatcher.Idle;

/// <summary>Where a container is in its life, as <see cref="IdleWatcher"/> sees it.</summary>
public enum IdleState
{
    /// <summary>Stopped or paused; the next request wakes it.</summary>
    Napping = 0,

    /// <summary>It is being started, or what it depends on is.</summary>
    Waking,

    /// <summary>It runs, and is not yet known to be able to serve.</summary>
    Starting,

    /// <summary>It serves; the idle time runs while nobody holds a lease.</summary>
    Ready,

    /// <summary>It is being stopped, by us or by somebody else; requests wait for what follows.</summary>
    Stopping,

    /// <summary>It could not be woken, is missing, or was found unhealthy; the next request tries again.</summary>
    Error,
}

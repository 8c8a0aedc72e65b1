namespace EventWatcher.Idle;

/// <summary>How a container is put to sleep.</summary>
public enum StopMethod
{
    /// <summary>Its stop signal, and SIGKILL when it has not ended in time.</summary>
    Stop = 0,

    /// <summary>Its processes are frozen: they keep their memory, and go on where they were.</summary>
    Pause,

    /// <summary>A signal, SIGKILL unless <see cref="IdleContainerOptions.StopSignal"/> says otherwise.</summary>
    Kill,
}

namespace EventWatcher.Store;

/// <summary>How a <see cref="StoreWatcher"/> is doing.</summary>
public enum StoreWatcherState
{
    /// <summary>Created and not started yet.</summary>
    Idle = 0,

    /// <summary>Reading and handling; or waiting for another process to let go of the same watcher.</summary>
    Running,

    /// <summary>Told to stop; the handler's last call has not returned yet.</summary>
    Stopping,

    /// <summary>Stopped. It can be started again.</summary>
    Stopped,
}

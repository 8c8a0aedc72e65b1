namespace EventWatcher.Proxmox;

/// <summary>What a task may have done to a guest.</summary>
internal enum TaskRole
{
    Stop = 0,
    Start,
    Pause,
    Unpause,
    Create,
    Destroy,
    Move,
}

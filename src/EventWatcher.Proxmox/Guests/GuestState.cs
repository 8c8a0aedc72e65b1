namespace EventWatcher.Proxmox;

/// <summary>What a guest is doing; Unknown is what the cluster says of guests on a node that it doesn't hear.</summary>
internal enum GuestState
{
    Unknown = 0,
    Stopped,
    Running,
    Paused,
}

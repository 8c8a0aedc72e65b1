namespace EventWatcher.Proxmox;

/// <summary>What two subscriptions must have in common to share the polling of one cluster.</summary>
internal sealed record ProxmoxHubKey(
    ProxmoxConnection Connection,
    string Source,
    TimeSpan TasksInterval,
    TimeSpan ResourcesInterval,
    int MaxConfirmations,
    TimeProvider TimeProvider);

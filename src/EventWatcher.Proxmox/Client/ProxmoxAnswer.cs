namespace EventWatcher.Proxmox;

/// <summary>What was asked for, and what time it was at the server.</summary>
internal sealed record ProxmoxAnswer<T>(T Data, DateTimeOffset ServerTime);

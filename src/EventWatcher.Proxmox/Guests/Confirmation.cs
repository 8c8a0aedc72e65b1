namespace EventWatcher.Proxmox;

/// <summary>A guest's exact state, or that it is gone (Status is null), and the tasks of its own list where they were asked for.</summary>
internal sealed record Confirmation(GuestId Id, string Node, ProxmoxGuestStatus? Status, DateTimeOffset ServerTime, IReadOnlyList<TaskRecord> Tasks, bool IsSynthesized);

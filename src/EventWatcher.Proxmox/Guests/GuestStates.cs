namespace EventWatcher.Proxmox;

/// <summary>Reads the cluster's words for what a guest is doing.</summary>
internal static class GuestStates
{
    /// <summary>Of a row of the list of resources, where a virtual machine's state may be QEMU's own word.</summary>
    public static GuestState Of(ProxmoxResource row) => Of(row.Status);

    /// <summary>Of an exact answer.</summary>
    public static GuestState Of(ProxmoxGuestStatus status) =>
        Of(status.Status) is GuestState.Running && Of(status.QmpStatus) is GuestState.Paused ? GuestState.Paused : Of(status.Status);

    private static GuestState Of(string? word) => word switch
    {
        "stopped" => GuestState.Stopped,
        "paused" or "suspended" => GuestState.Paused,
        null or "" or "unknown" => GuestState.Unknown,

        // QEMU's other words, such as "prelaunch" or "io-error", are of a process that is there.
        _ => GuestState.Running,
    };
}

namespace EventWatcher.Proxmox;

/// <summary>What the cluster's kinds of task do to a guest.</summary>
internal static class TaskTypes
{
    public static bool Plays(string type, TaskRole role) => role switch
    {
        TaskRole.Stop => type is "vzstop" or "vzshutdown" or "vzsuspend" or "vzreboot" or "vzdestroy" or "vzmigrate" or "vzrollback" or "vzrestore"
            or "qmstop" or "qmshutdown" or "qmsuspend" or "qmreboot" or "qmdestroy" or "qmrollback" or "qmrestore" or "vzdump",
        TaskRole.Start => type is "vzstart" or "vzresume" or "vzreboot" or "vzmigrate" or "vzrollback" or "vzrestore"
            or "qmstart" or "qmreboot" or "qmrollback" or "qmrestore" or "vzdump",
        TaskRole.Pause => type is "qmpause" or "qmsuspend",
        TaskRole.Unpause => type is "qmresume",
        TaskRole.Create => type is "vzcreate" or "vzclone" or "vzrestore" or "qmcreate" or "qmclone" or "qmrestore",
        TaskRole.Destroy => type is "vzdestroy" or "qmdestroy",
        _ => type is "vzmigrate" or "qmigrate" or "hamigrate",
    };

    /// <summary>While one of these runs, a guest's state is on its way from something to the same again.</summary>
    public static bool Hides(string type) => type is "vzmigrate" or "qmigrate" or "vzreboot" or "qmreboot";

    /// <summary>The kind of guest that a task of this kind works on; null where it is none whose state it changes.</summary>
    public static GuestKind? KindOf(string type)
    {
        if (type.StartsWith("vz", StringComparison.Ordinal))
        {
            return type is "vzdump" ? null : GuestKind.Lxc;
        }

        return type.StartsWith("qm", StringComparison.Ordinal) ? GuestKind.Qemu : null;
    }
}

namespace EventWatcher.Proxmox;

/// <summary>The guest is locked, such as by a backup or a migration.</summary>
public sealed class ProxmoxLockedException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="lockedBy">What locks it, such as <c>backup</c>; empty where the cluster doesn't say.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxLockedException(string cluster, string lockedBy, string message, Exception? innerException = null)
        : base(cluster, message, innerException) => LockedBy = lockedBy;

    /// <summary>Gets what locks it, such as <c>backup</c>; empty where the cluster doesn't say.</summary>
    public string LockedBy { get; }
}

namespace EventWatcher.Proxmox;

/// <summary>The cluster could not be reached, or did not answer in time. What was asked for may have happened all the same.</summary>
public sealed class ProxmoxUnreachableException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="reason">Why.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxUnreachableException(string cluster, ProxmoxUnreachableReason reason, string message, Exception? innerException = null)
        : base(cluster, message, innerException) => Reason = reason;

    /// <summary>Gets why.</summary>
    public ProxmoxUnreachableReason Reason { get; }
}

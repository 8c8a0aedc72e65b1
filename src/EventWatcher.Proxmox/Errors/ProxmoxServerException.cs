namespace EventWatcher.Proxmox;

/// <summary>The cluster refused or failed in another way; the message has its own words.</summary>
public sealed class ProxmoxServerException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxServerException(string cluster, int status, string message, Exception? innerException = null)
        : base(cluster, message, innerException) => Status = status;

    /// <summary>Gets the status of the answer.</summary>
    public int Status { get; }
}

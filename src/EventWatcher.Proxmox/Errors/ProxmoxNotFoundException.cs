namespace EventWatcher.Proxmox;

/// <summary>There is no such guest.</summary>
public sealed class ProxmoxNotFoundException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxNotFoundException(string cluster, string message, Exception? innerException = null)
        : base(cluster, message, innerException)
    {
    }
}

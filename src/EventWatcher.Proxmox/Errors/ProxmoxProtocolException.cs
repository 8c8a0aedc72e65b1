namespace EventWatcher.Proxmox;

/// <summary>What answers is not the API of Proxmox VE, or not one that is understood.</summary>
public sealed class ProxmoxProtocolException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxProtocolException(string cluster, string message, Exception? innerException = null)
        : base(cluster, message, innerException)
    {
    }
}

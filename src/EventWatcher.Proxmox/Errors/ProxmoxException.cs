namespace EventWatcher.Proxmox;

/// <summary>The root of what goes wrong with a Proxmox VE cluster.</summary>
/// <remarks>Messages carry the cluster's own words, and neither tokens nor passwords nor tickets.</remarks>
public abstract class ProxmoxException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster: its name here, or the host that is spoken to.</param>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    protected ProxmoxException(string cluster, string message, Exception? innerException = null)
        : base(message, innerException) => Cluster = cluster;

    /// <summary>Gets which cluster: its name here, or the host that is spoken to.</summary>
    public string Cluster { get; }
}

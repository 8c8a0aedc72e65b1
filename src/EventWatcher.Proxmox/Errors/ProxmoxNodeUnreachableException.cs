namespace EventWatcher.Proxmox;

/// <summary>A node of the cluster can't be reached by the one that is spoken to.</summary>
public sealed class ProxmoxNodeUnreachableException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="node">Which node; empty where that is not known.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxNodeUnreachableException(string cluster, string node, string message, Exception? innerException = null)
        : base(cluster, message, innerException) => Node = node;

    /// <summary>Gets which node; empty where that is not known.</summary>
    public string Node { get; }
}

namespace EventWatcher.Proxmox;

/// <summary>The guest is already as it was to become, or can't become so from where it is: it runs already, or doesn't run.</summary>
public sealed class ProxmoxAlreadyInStateException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxAlreadyInStateException(string cluster, string message, Exception? innerException = null)
        : base(cluster, message, innerException)
    {
    }
}

namespace EventWatcher.Proxmox;

/// <summary>The token, or the user and password, were refused or can't be read.</summary>
public sealed class ProxmoxAuthenticationException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxAuthenticationException(string cluster, string message, Exception? innerException = null)
        : base(cluster, message, innerException)
    {
    }
}

namespace EventWatcher.Proxmox;

/// <summary>The token or user lacks a privilege.</summary>
public sealed class ProxmoxForbiddenException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="privilege">The privilege that is missing, such as <c>VM.Audit</c>; empty where the cluster doesn't say.</param>
    /// <param name="path">The path on which it is missing, such as <c>/vms/101</c>; empty where the cluster doesn't say.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxForbiddenException(string cluster, string privilege, string path, string message, Exception? innerException = null)
        : base(cluster, message, innerException)
    {
        Privilege = privilege;
        Path = path;
    }

    /// <summary>Gets the privilege that is missing, such as <c>VM.Audit</c>; empty where the cluster doesn't say.</summary>
    public string Privilege { get; }

    /// <summary>Gets the path on which it is missing, such as <c>/vms/101</c>; empty where the cluster doesn't say.</summary>
    public string Path { get; }
}

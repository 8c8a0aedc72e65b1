namespace EventWatcher.Proxmox;

/// <summary>A task was begun and failed; the message has the task's own text.</summary>
public sealed class ProxmoxTaskFailedException : ProxmoxException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="task">The task's identifier (UPID).</param>
    /// <param name="outcome">What the task ended with, in its own words.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProxmoxTaskFailedException(string cluster, string task, string outcome, string message, Exception? innerException = null)
        : base(cluster, message, innerException)
    {
        Task = task;
        Outcome = outcome;
    }

    /// <summary>Gets the task's identifier (UPID).</summary>
    public string Task { get; }

    /// <summary>Gets what the task ended with, in its own words.</summary>
    public string Outcome { get; }
}

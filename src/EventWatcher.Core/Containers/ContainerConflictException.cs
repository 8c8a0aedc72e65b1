namespace EventWatcher;

/// <summary>The container's present state does not allow the action: it is being removed, does not run, or is paused.</summary>
public sealed class ContainerConflictException : ContainerException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="message">What happened, with the runtime's own words.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ContainerConflictException(ContainerId id, string message, Exception? innerException = null)
        : base(id, message, innerException)
    {
    }
}

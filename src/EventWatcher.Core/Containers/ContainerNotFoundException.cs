namespace EventWatcher;

/// <summary>There is no such container.</summary>
public sealed class ContainerNotFoundException : ContainerException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="message">What happened, with the runtime's own words.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ContainerNotFoundException(ContainerId id, string message, Exception? innerException = null)
        : base(id, message, innerException)
    {
    }
}

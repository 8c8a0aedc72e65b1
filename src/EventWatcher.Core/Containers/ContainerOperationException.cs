namespace EventWatcher;

/// <summary>The runtime tried and failed, or refused; the message carries its own words.</summary>
public sealed class ContainerOperationException : ContainerException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="message">What happened, with the runtime's own words.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ContainerOperationException(ContainerId id, string message, Exception? innerException = null)
        : base(id, message, innerException)
    {
    }
}

namespace EventWatcher;

/// <summary>The provider can't do this to any container of this kind.</summary>
public sealed class ContainerOperationNotSupportedException : ContainerException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="message">What happened, with the runtime's own words.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ContainerOperationNotSupportedException(ContainerId id, string message, Exception? innerException = null)
        : base(id, message, innerException)
    {
    }
}

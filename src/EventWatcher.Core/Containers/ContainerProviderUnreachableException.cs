namespace EventWatcher;

/// <summary>The runtime could not be reached, or did not answer in time. The action may have happened all the same.</summary>
public sealed class ContainerProviderUnreachableException : ContainerException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="message">What happened, with the runtime's own words.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ContainerProviderUnreachableException(ContainerId id, string message, Exception? innerException = null)
        : base(id, message, innerException)
    {
    }
}

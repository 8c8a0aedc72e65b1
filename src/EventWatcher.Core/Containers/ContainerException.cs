namespace EventWatcher;

/// <summary>The root of what an <see cref="IContainerProvider"/> throws.</summary>
public abstract class ContainerException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="id">Which container; the default value where it concerns the runtime as a whole.</param>
    /// <param name="message">What happened, with the runtime's own words.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    protected ContainerException(ContainerId id, string message, Exception? innerException = null)
        : base(message, innerException) => Id = id;

    /// <summary>Gets which container; the default value where it concerns the runtime as a whole.</summary>
    public ContainerId Id { get; }
}

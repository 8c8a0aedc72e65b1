namespace EventWatcher.Docker;

/// <summary>The engine could not be reached, or did not answer in time. What was asked for may have happened all the same.</summary>
public sealed class DockerUnreachableException : DockerEngineException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="reason">Why.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public DockerUnreachableException(string engine, DockerUnreachableReason reason, string message, Exception? innerException = null)
        : base(engine, message, innerException) => Reason = reason;

    /// <summary>Gets why.</summary>
    public DockerUnreachableReason Reason { get; }
}

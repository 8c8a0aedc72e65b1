namespace EventWatcher.Docker;

/// <summary>What answers is no Docker engine, or none that this package can speak with.</summary>
public sealed class DockerProtocolException : DockerEngineException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public DockerProtocolException(string engine, string message, Exception? innerException = null)
        : base(engine, message, innerException)
    {
    }
}

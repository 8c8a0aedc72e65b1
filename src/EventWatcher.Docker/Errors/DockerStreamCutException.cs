namespace EventWatcher.Docker;

/// <summary>A stream of events broke off: the connection was lost, or the stream ended inside an event.</summary>
public sealed class DockerStreamCutException : DockerEngineException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public DockerStreamCutException(string engine, string message, Exception? innerException = null)
        : base(engine, message, innerException)
    {
    }
}

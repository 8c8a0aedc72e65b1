namespace EventWatcher.Docker;

/// <summary>The root of what an <see cref="IDockerEngine"/> throws.</summary>
public abstract class DockerEngineException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="message">What happened, with the engine's own words.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    protected DockerEngineException(string engine, string message, Exception? innerException = null)
        : base(message, innerException) => Engine = engine;

    /// <summary>Gets the engine's name, as <see cref="IDockerEngine.Name"/> has it.</summary>
    public string Engine { get; }
}

using System.Net;

namespace EventWatcher.Docker;

/// <summary>The engine answered with an error.</summary>
public abstract class DockerApiException : DockerEngineException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="status">The status of its answer.</param>
    /// <param name="engineMessage">Its own words; empty where it said nothing.</param>
    /// <param name="message">What happened, with the engine's own words.</param>
    protected DockerApiException(string engine, HttpStatusCode status, string engineMessage, string message)
        : base(engine, message)
    {
        Status = status;
        EngineMessage = engineMessage;
    }

    /// <summary>Gets the status of the engine's answer.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>Gets the engine's own words, at most some kilobytes of them; empty where it said nothing.</summary>
    public string EngineMessage { get; }
}

using System.Net;

namespace EventWatcher.Docker;

/// <summary>The engine failed (5xx).</summary>
public sealed class DockerServerException : DockerApiException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="status">The status of its answer.</param>
    /// <param name="engineMessage">Its own words; empty where it said nothing.</param>
    /// <param name="message">What happened, with the engine's own words.</param>
    public DockerServerException(string engine, HttpStatusCode status, string engineMessage, string message)
        : base(engine, status, engineMessage, message)
    {
    }
}

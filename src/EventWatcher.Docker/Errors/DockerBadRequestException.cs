using System.Net;

namespace EventWatcher.Docker;

/// <summary>The engine does not accept the request (400): a bad parameter, or an image whose program is missing.</summary>
public sealed class DockerBadRequestException : DockerApiException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="status">The status of its answer.</param>
    /// <param name="engineMessage">Its own words; empty where it said nothing.</param>
    /// <param name="message">What happened, with the engine's own words.</param>
    public DockerBadRequestException(string engine, HttpStatusCode status, string engineMessage, string message)
        : base(engine, status, engineMessage, message)
    {
    }
}

using System.Net;

namespace EventWatcher.IntegrationTests;

/// <summary>The engine refused a request of the test's own.</summary>
public sealed class EngineException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;
}

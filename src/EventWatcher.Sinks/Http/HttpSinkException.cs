using System.Net;

namespace EventWatcher.Sinks;

/// <summary>A server did not take an item, or could not be reached.</summary>
public sealed class HttpSinkException : SinkWriteException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="sinkName">Which sink, for people.</param>
    /// <param name="message">What happened.</param>
    /// <param name="statusCode">What the server answered; null where it did not.</param>
    /// <param name="isPermanent">Whether another try with the same item can't succeed.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public HttpSinkException(string sinkName, string message, HttpStatusCode? statusCode, bool isPermanent, Exception? innerException = null)
        : base(sinkName, message, isPermanent, innerException) => StatusCode = statusCode;

    /// <summary>Gets what the server answered; null where it did not.</summary>
    public HttpStatusCode? StatusCode { get; }
}

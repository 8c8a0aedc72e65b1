using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace EventWatcher.Docker;

/// <summary>Turns what goes wrong on the way to an engine into <see cref="DockerUnreachableException"/>.</summary>
internal static class DockerFaults
{
    /// <summary>The connection did not come about.</summary>
    internal static DockerUnreachableException NotConnected(DockerEndpoint endpoint, Exception exception)
    {
        var (reason, what) = exception switch
        {
            AuthenticationException => (DockerUnreachableReason.TlsFailed, $"TLS failed: {Words(exception)}"),
            CryptographicException => (DockerUnreachableReason.TlsFailed, $"the TLS files cannot be used: {exception.Message}"),
            FileNotFoundException or DirectoryNotFoundException when endpoint.Tls is not null =>
                (DockerUnreachableReason.TlsFailed, $"a TLS file is missing: {exception.Message}"),
            SocketException socket => Of(endpoint, socket),
            SshException => (DockerUnreachableReason.SshFailed, exception.Message),
            UnauthorizedAccessException => PermissionDenied(),
            IOException when endpoint.Tls is not null =>
                (DockerUnreachableReason.TlsFailed, $"TLS failed, perhaps since the other side speaks none: {Words(exception)}"),
            _ => (DockerUnreachableReason.Other, exception.Message),
        };
        return new DockerUnreachableException(
            endpoint.Name, reason, $"The Docker engine at {endpoint.Name} cannot be reached: {what.TrimEnd('.')}.", exception);
    }

    /// <summary>A call failed below its answer.</summary>
    internal static DockerEngineException OfCall(string engine, Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DockerUnreachableException known)
            {
                // Made where the connection was; without the wrapping of the layers between.
                return new DockerUnreachableException(known.Engine, known.Reason, known.Message, known.InnerException);
            }
        }

        return exception is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded }
            ? new DockerProtocolException(engine, $"What answers at {engine} does not speak HTTP as an engine does: {Words(exception)}", exception)
            : new DockerUnreachableException(
                engine,
                DockerUnreachableReason.ConnectionLost,
                $"The connection to the Docker engine at {engine} was lost before its answer was complete: {Words(exception).TrimEnd('.')}.",
                exception);
    }

    /// <summary>It took too long.</summary>
    internal static DockerUnreachableException TimedOut(string engine, string what, TimeSpan timeout, Exception? exception) =>
        new(
            engine,
            DockerUnreachableReason.TimedOut,
            $"The Docker engine at {engine} did not answer in time: {what} took longer than {timeout.TotalSeconds:0.###} s.",
            exception);

    private static (DockerUnreachableReason Reason, string What) Of(DockerEndpoint endpoint, SocketException exception) =>
        exception.SocketErrorCode switch
        {
            // What the socket API says of a path that is not there.
            SocketError.AddressNotAvailable when endpoint.Kind == DockerEndpointKind.Unix =>
                (DockerUnreachableReason.NoSuchSocket, "there is no such socket (is the engine installed and running?)"),
            SocketError.ConnectionRefused => (DockerUnreachableReason.Refused, "nobody listens there (is the engine running?)"),
            SocketError.AccessDenied => PermissionDenied(),
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain when endpoint.Kind == DockerEndpointKind.Tcp =>
                (DockerUnreachableReason.UnknownHost, $"the host \"{endpoint.Host}\" is not known"),
            SocketError.TimedOut => (DockerUnreachableReason.TimedOut, exception.Message),
            _ => (DockerUnreachableReason.Other, exception.Message),
        };

    private static (DockerUnreachableReason Reason, string What) PermissionDenied() =>
        (DockerUnreachableReason.PermissionDenied,
            "permission denied. Add the user to the group that owns the socket (mostly \"docker\") and log in anew, or run as root");

    // The innermost message is the one that says something.
    private static string Words(Exception exception) =>
        exception.InnerException is { } inner and not DockerEngineException ? Words(inner) : exception.Message;
}

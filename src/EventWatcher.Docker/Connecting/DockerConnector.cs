using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Docker;

/// <summary>Opens connections to one endpoint, encrypted where the endpoint says so.</summary>
internal sealed class DockerConnector : IAsyncDisposable
{
    /// <summary>After so many seconds of silence the peer is probed.</summary>
    private const int KeepAliveSeconds = 30;

    /// <summary>So many seconds between probes, and so many probes without an answer end the connection: after 60 s in all.</summary>
    private const int KeepAliveIntervalSeconds = 10;
    private const int KeepAliveProbes = 3;

    private readonly DockerEndpoint _endpoint;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationToken _disposal;
    private readonly SshConnector? _ssh;

    internal DockerConnector(
        DockerEndpoint endpoint, TimeSpan timeout, TimeProvider timeProvider, DockerEnvironment environment, CancellationToken disposal)
    {
        _endpoint = endpoint;
        _timeout = timeout;
        _timeProvider = timeProvider;
        _disposal = disposal;
        _ssh = endpoint.Kind == DockerEndpointKind.Ssh ? new SshConnector(endpoint, timeout, timeProvider, environment) : null;
    }

    /// <summary>
    /// Gets where a request has its cancellation. The framework would let the connection that it was the reason for go
    /// on for a while, in case that another request has a use for it.
    /// </summary>
    internal static HttpRequestOptionsKey<CancellationToken> Cancellation { get; } = new("eventwatcher.cancellation");

    /// <summary>Connects.</summary>
    /// <exception cref="DockerUnreachableException">It can't be done, or not in time.</exception>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeout, _timeProvider);
        _ = context.InitialRequestMessage.Options.TryGetValue(Cancellation, out var ofRequest);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ofRequest, _disposal);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(given.Token, deadline.Token);
        Stream? stream = null;
        try
        {
            stream = await OpenAsync(linked.Token).ConfigureAwait(false);
            return _endpoint.Tls is { } tls
                ? await DockerTls.EncryptAsync(stream, _endpoint, tls, linked.Token).ConfigureAwait(false)
                : stream;
        }
        catch (Exception exception)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            if (given.IsCancellationRequested)
            {
                throw;
            }

            throw deadline.IsCancellationRequested
                ? DockerFaults.TimedOut(_endpoint.Name, "connecting", _timeout, exception)
                : DockerFaults.NotConnected(_endpoint, exception);
        }
    }

    /// <summary>Ends what connections leave behind when they are closed; those of sockets leave nothing.</summary>
    /// <returns>Completes when that is done.</returns>
    public ValueTask DisposeAsync() => _ssh is null ? ValueTask.CompletedTask : _ssh.DisposeAsync();

#pragma warning disable CA2000 // A socket is given to the stream that is returned, or disposed where connecting fails.
    private Task<Stream> OpenAsync(CancellationToken cancellationToken) => _endpoint.Kind switch
    {
        DockerEndpointKind.Unix => ConnectAsync(
            new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            new UnixDomainSocketEndPoint(_endpoint.Path),
            cancellationToken),
        DockerEndpointKind.Ssh => _ssh!.ConnectAsync(cancellationToken),
        DockerEndpointKind.NamedPipe => OpenPipeAsync(cancellationToken),
        _ => ConnectAsync(TcpSocket(), new DnsEndPoint(_endpoint.Host, _endpoint.Port), cancellationToken),
    };
#pragma warning restore CA2000

    private static async Task<Stream> ConnectAsync(Socket socket, EndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> OpenPipeAsync(CancellationToken cancellationToken)
    {
        var pipe = new NamedPipeClientStream(".", _endpoint.Path, PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            await pipe.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return pipe;
        }
        catch
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A stream of events may be silent for days: only probes tell a quiet engine from one that has gone.
    private static Socket TcpSocket()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        return socket;
    }
}

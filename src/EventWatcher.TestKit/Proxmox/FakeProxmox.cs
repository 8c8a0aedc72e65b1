using System.Net;
using System.Net.Sockets;

namespace EventWatcher.TestKit;

/// <summary>
/// The API of a Proxmox VE cluster, in this process: HTTPS with a certificate of its own, guests, tasks, tokens and
/// tickets, and the habits of the real daemons, good and bad.
/// </summary>
/// <remarks>
/// Listens on a loopback port from the start until it is disposed. There is one token at first, <see cref="Token"/>, with
/// all the privileges that are needed. Thread-safe. Speaks TLS over plain sockets, so that whoever uses this package is not
/// made to have a web server.
/// </remarks>
public sealed partial class FakeProxmox : IAsyncDisposable
{
    private const string FirstUser = "dotnet@pve!watch";
    private const string FirstSecret = "11111111-2222-3333-4444-555555555555";

    private readonly FakeProxmoxOptions _options;
    private readonly FakeProxmoxCertificate _certificate;
    private readonly FakeProxmoxCluster _cluster;
    private readonly FakeProxmoxAccess _access;
    private readonly FakeProxmoxApi _api;
    private readonly Lock _gate = new();
    private readonly List<FakeProxmoxRequest> _requests = [];
    private readonly List<Injection> _faults = [];
    private readonly int _port;
    private Listening? _listening;
    private int _underWay;
    private int _delayed;

    /// <summary>Initializes the server; it listens at once.</summary>
    /// <param name="options">Its habits; null for the real ones.</param>
    public FakeProxmox(FakeProxmoxOptions? options = null)
    {
        _options = options ?? new FakeProxmoxOptions();
        _certificate = new FakeProxmoxCertificate(_options.Nodes[0], _options.IsCertificateExpired);
        _cluster = new FakeProxmoxCluster(_options);
        _access = new FakeProxmoxAccess(_options.TimeProvider);
        _api = new FakeProxmoxApi(_options, _cluster, _access, _certificate.Fingerprint);
        AddToken(FirstUser, FirstSecret);
        Allow(FirstUser, "/", "Sys.Audit");
        Allow(FirstUser, "/vms", "VM.Audit", "VM.PowerMgmt");
        _listening = new Listening(this, port: 0);
        _port = _listening.Port;
    }

    /// <summary>Gets where it listens.</summary>
    public Uri Endpoint => new($"https://localhost:{_port}");

    /// <summary>Gets the SHA-256 fingerprint of its certificate, as <c>AA:BB:…</c>.</summary>
    public string Fingerprint => _certificate.Fingerprint;

    /// <summary>Gets the certificate of the authority that signed its own, as PEM.</summary>
    public string AuthorityPem => _certificate.AuthorityPem;

    /// <summary>Gets the first token, as <c>user@realm!id=secret</c>.</summary>
    public string Token { get; } = $"{FirstUser}={FirstSecret}";

    /// <summary>Gets the requests so far, in the order of their coming.</summary>
    public IReadOnlyList<FakeProxmoxRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Gets or sets what is told of each request before it is answered, so that something can happen just then.</summary>
    /// <value>The default is null.</value>
    public Action<FakeProxmoxRequest>? OnRequest { get; set; }

    /// <summary>Gets how many requests are being answered and don't wait for the server's clock.</summary>
    public int UnderWay => Volatile.Read(ref _underWay) - Volatile.Read(ref _delayed);

    /// <summary>Gets how many answers wait for the server's clock, such as a 401 for its three seconds.</summary>
    public int Delayed => Volatile.Read(ref _delayed);

    /// <summary>Ends all connections and listens no more, as when the machine is off.</summary>
    /// <returns>Completes when that is done.</returns>
    public async Task GoAwayAsync()
    {
        if (Interlocked.Exchange(ref _listening, value: null) is { } listening)
        {
            await listening.StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Listens again, where it did before.</summary>
    public void ComeBack() => _listening ??= new Listening(this, _port);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await GoAwayAsync().ConfigureAwait(false);
        _certificate.Dispose();
    }

    private async Task<FakeProxmoxHandled> HandleAsync(FakeProxmoxRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            OnRequest?.Invoke(request);
            FakeProxmoxFault? fault;
            FakeProxmoxReply? reply = null;
            lock (_gate)
            {
                _requests.Add(request);
                fault = TakeFault(request);
                if (fault is null or { Kind: FakeProxmoxFaultKind.AnswerLost or FakeProxmoxFaultKind.CutBody })
                {
                    reply = _api.Answer(request);
                }
            }

            if (fault is { Kind: FakeProxmoxFaultKind.Answer })
            {
                reply = new FakeProxmoxReply(fault.Status, fault.Reason, fault.Body, Closes: true);
            }

            if (fault is { Kind: FakeProxmoxFaultKind.Silence })
            {
                await DelayAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            }

            if (reply is { Status: 401 })
            {
                await DelayAsync(_options.UnauthorizedDelay, cancellationToken).ConfigureAwait(false);
            }

            return new(fault is { Kind: FakeProxmoxFaultKind.Lost or FakeProxmoxFaultKind.AnswerLost } ? null : reply, fault is { Kind: FakeProxmoxFaultKind.CutBody });
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _delayed);
        try
        {
            await Task.Delay(delay, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _delayed);
        }
    }

    /// <summary>One time of listening, with its connections.</summary>
    private sealed class Listening : IDisposable
    {
        private readonly FakeProxmox _server;
        private readonly TcpListener _listener;
        private readonly CancellationTokenSource _stop = new();
        private readonly Lock _gate = new();
        private readonly HashSet<Task> _connections = [];
        private readonly Task _accepting;

        public Listening(FakeProxmox server, int port)
        {
            _server = server;
            _listener = new TcpListener(IPAddress.Loopback, port);
            _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
            _listener.Start();
            using (ExecutionContext.SuppressFlow())
            {
                _accepting = Task.Run(AcceptAsync);
            }
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async Task StopAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            _listener.Stop();
            await _accepting.ConfigureAwait(false);
            Task[] connections;
            lock (_gate)
            {
                connections = [.. _connections];
            }

            await Task.WhenAll(connections).ConfigureAwait(false);
            Dispose();
        }

        public void Dispose()
        {
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    var socket = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
                    socket.NoDelay = true;
                    var connection = Task.Run(() => ServeAsync(socket));
                    lock (_gate)
                    {
                        _connections.Add(connection);
                    }

                    _ = connection.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                }
                catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
                {
                    // Being stopped, or a client that was gone before it was accepted.
                }
            }
        }

        private async Task ServeAsync(Socket socket)
        {
            try
            {
                await new FakeProxmoxConnection(socket, _server._certificate, _server._options, _server.HandleAsync).RunAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The client went away or didn't like the certificate, or the server is being stopped.
            }
            finally
            {
                socket.Dispose();
            }
        }

        private void Forget(Task connection)
        {
            lock (_gate)
            {
                _connections.Remove(connection);
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// A proxy in front of an engine's socket that does on command what networks and engines do by accident: cut, cut in
/// mid-message, refuse, fall silent. All members may be used from any thread.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ProxiedConnection> _connections = [];
    private readonly EndPoint _target;
    private readonly string? _folder;
    private EndPoint _address;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private long? _allowance;
    private ProxyCut _allowanceCut;
    private int _accepted;
    private long _bytesUp;
    private long _bytesDown;
    private bool _disposed;

    /// <summary>Listens at once: on a unix socket of its own, or on a loopback TCP port, where an abort is a true reset.</summary>
    public CuttingProxy(string targetSocket, bool tcp = false)
    {
        _target = new UnixDomainSocketEndPoint(targetSocket);
        if (tcp)
        {
            _address = new IPEndPoint(IPAddress.Loopback, 0);
        }
        else
        {
            _folder = Directory.CreateTempSubdirectory("ew-").FullName;
            Socket = Path.Combine(_folder, "proxy.sock");
            _address = new UnixDomainSocketEndPoint(Socket);
        }

        Accept();
        Endpoint = tcp ? $"tcp://{_address}" : $"unix://{Socket}";
    }

    /// <summary>The proxy's own socket path; empty when it listens on TCP.</summary>
    public string Socket { get; } = string.Empty;

    /// <summary>The proxy's address as <c>DOCKER_HOST</c> has it.</summary>
    public string Endpoint { get; }

    /// <summary>Connections accepted since the start.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections that stand now.</summary>
    public int Connected
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Bytes passed from clients to the engine.</summary>
    public long BytesUp => Interlocked.Read(ref _bytesUp);

    /// <summary>Bytes passed from the engine to clients.</summary>
    public long BytesDown => Interlocked.Read(ref _bytesDown);

    internal ProxyGate Gate { get; } = new();

    /// <summary>Cuts every connection that stands; returns when all are closed.</summary>
    public Task CutAllAsync(ProxyCut how = ProxyCut.Abort) => Task.WhenAll(Snapshot().Select(connection => connection.CutAsync(how)));

    /// <summary>Lets exactly <paramref name="bytes"/> more reach clients (over all connections), then cuts the connection they ran out on. Once.</summary>
    public void CutAfter(long bytes, ProxyCut how = ProxyCut.Close)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        lock (_gate)
        {
            _allowance = bytes;
            _allowanceCut = how;
        }
    }

    /// <summary>Holds back what the engine sends. Connections stand and are accepted, and nothing arrives.</summary>
    public void Stall() => Gate.Close();

    /// <summary>Ends <see cref="Stall"/>; what was held back arrives.</summary>
    public void Resume() => Gate.Open();

    /// <summary>No new connections: they are refused, as after an engine's crash. Those that stand go on.</summary>
    public async Task RefuseAsync()
    {
        if (_listener is not { } listener)
        {
            return;
        }

        _listener = null;
        listener.Dispose();
        await _accepting;
        if (_folder is not null)
        {
            // The socket's file went with the listener. A file that nobody listens on is what a killed engine leaves.
            await File.WriteAllBytesAsync(Socket, []);
        }
    }

    /// <summary>Ends <see cref="RefuseAsync"/>.</summary>
    public void Accept()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_listener is not null)
        {
            return;
        }

        if (_folder is not null)
        {
            File.Delete(Socket);
        }

        var unix = _address.AddressFamily == AddressFamily.Unix;
        var listener = new Socket(_address.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        listener.Bind(_address);
        listener.Listen();
        if (!unix)
        {
            // The port that was given is kept for the next time.
            _address = listener.LocalEndPoint!;
        }

        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _listener?.Dispose();
        await _accepting;
        await CutAllAsync();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    internal void Passed(int bytes, bool downstream) => _ = Interlocked.Add(ref downstream ? ref _bytesDown : ref _bytesUp, bytes);

    /// <summary>How many of these bytes may pass, and whether the connection is cut behind them.</summary>
    internal int Allow(int bytes, out ProxyCut? cut)
    {
        lock (_gate)
        {
            cut = null;
            if (_allowance is not { } left)
            {
                return bytes;
            }

            if (bytes < left)
            {
                _allowance = left - bytes;
                return bytes;
            }

            _allowance = null;
            cut = _allowanceCut;
            return (int)left;
        }
    }

    private List<ProxiedConnection> Snapshot()
    {
        lock (_gate)
        {
            return [.. _connections];
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var connection = new ProxiedConnection(this, await listener.AcceptAsync(), _target);
                _ = Interlocked.Increment(ref _accepted);
                lock (_gate)
                {
                    _connections.Add(connection);
                }

                _ = RunAsync(connection);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The listener is closed in order to refuse.
            return;
        }
    }

    private async Task RunAsync(ProxiedConnection connection)
    {
        await connection.RunAsync();
        lock (_gate)
        {
            _ = _connections.Remove(connection);
        }
    }
}

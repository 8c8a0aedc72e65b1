using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EventWatcher.Docker.Tests;

/// <content>Listening, connections, and their end.</content>
internal sealed partial class FakeEngine
{
    private readonly ConcurrentDictionary<HttpConnection, Task> _connections = new();
    private readonly List<(Socket Socket, Task Task)> _listeners = [];
    private int _accepted;
    private int? _tcpPort;

    public int ConnectionsAccepted => Volatile.Read(ref _accepted);

    public int OpenConnections => _connections.Count;

    /// <summary>Errors inside the fake engine itself; empty in a sound test.</summary>
    public ConcurrentQueue<Exception> InternalErrors { get; } = new();

    /// <summary>Accept loops and connections that have not ended; 0 after disposal.</summary>
    public int LiveTasks => _connections.Values.Count(t => !t.IsCompleted) + _listeners.Count(l => !l.Task.IsCompleted);

    /// <summary>Accepts connections (again), at the same path and port.</summary>
    public void StartListening()
    {
        if (_listeners.Count > 0)
        {
            return;
        }

        File.Delete(SocketPath);
        Listen(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(SocketPath), tls: null);
        if (_options.Tcp || _options.Tls is not null)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Listen(socket, new IPEndPoint(IPAddress.Loopback, _tcpPort ?? 0), _options.Tls);
            _tcpPort = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
    }

    /// <summary>Refuses new connections; those that stand are left alone.</summary>
    /// <param name="keepSocketFile">The socket's file stays without a listener (connection refused), as after a crash.</param>
    public async Task StopListeningAsync(bool keepSocketFile = false)
    {
        foreach (var (socket, task) in _listeners)
        {
            socket.Dispose();
            await task;
        }

        _listeners.Clear();
        if (keepSocketFile)
        {
            // Disposing a bound socket deletes its file, but not one that was moved meanwhile.
            using var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath + ".dead"));
            File.Move(SocketPath + ".dead", SocketPath, overwrite: true);
        }
    }

    /// <summary>
    /// Ends all event streams and waits for it. Events already published go out first, except with
    /// <see cref="CutMode.Reset"/> and while stalled. A client that does not read can only be reset. Returns how many there were.
    /// </summary>
    public async Task<int> CutStreamsAsync(CutMode mode)
    {
        var streams = _store.Streams;
        foreach (var stream in streams)
        {
            if (mode == CutMode.Reset)
            {
                stream.Connection.Close(reset: true);
            }
            else if (Faults.IsStalled)
            {
                stream.Cut(mode);
            }
            else
            {
                stream.Force(new StreamItem(default, 0, Separated: false, mode));
            }
        }

        await Task.WhenAll(streams.Select(s => s.Ended));
        return streams.Count;
    }

    /// <summary>Ends every connection at once, whatever it is doing.</summary>
    public async Task CutConnectionsAsync(bool reset = false)
    {
        var all = _connections.ToArray();
        foreach (var (connection, _) in all)
        {
            connection.Close(reset);
        }

        await Task.WhenAll(all.Select(c => c.Value));
    }

    /// <summary>The engine is gone: no listener, no connections. <see cref="Start"/> brings it back.</summary>
    public async Task StopAsync(bool keepSocketFile = false)
    {
        await StopListeningAsync(keepSocketFile);
        Containers.Interrupt();
        await CutConnectionsAsync();
    }

    /// <summary>Starts a stopped engine, with an empty ring; containers are what was made of them meanwhile.</summary>
    public void Start()
    {
        _store.Clear();
        StartListening();
    }

    /// <summary>Stops and starts the engine.</summary>
    /// <param name="whileDown">What happens to containers while nobody looks.</param>
    public async Task RestartAsync(Action<FakeContainers>? whileDown = null)
    {
        await StopAsync(keepSocketFile: true);
        whileDown?.Invoke(Containers);
        Start();
    }

    private void Listen(Socket socket, EndPoint at, FakeTls? tls)
    {
        socket.Bind(at);
        socket.Listen(128);
        _listeners.Add((socket, Task.Run(() => AcceptAsync(socket, tls))));
    }

    private async Task AcceptAsync(Socket listener, FakeTls? tls)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            if (tls is not null || listener.AddressFamily == AddressFamily.InterNetwork)
            {
                socket.NoDelay = true;
            }

            _ = ServeAsync(socket, tls, Interlocked.Increment(ref _accepted));
        }
    }

    private async Task ServeAsync(Socket socket, FakeTls? tls, int number)
    {
        using var connection = new HttpConnection(socket, number);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = done.Task;
        try
        {
            if (tls is not null)
            {
                await connection.SecureAsync(tls, _options.RequireClientCertificate);
            }

            while (await connection.ReadRequestAsync(() => Clock.Now) is { } request)
            {
                _requests.Enqueue(request);
                _changed.Pulse();
                if (!await _router.ServeAsync(connection, request))
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is gone, from this end or the other.
        }
        catch (Exception e)
        {
            InternalErrors.Enqueue(e);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            _changed.Pulse();
            done.SetResult();
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Idle.Tests;

/// <summary>Servers that stand for what runs in a container, on loopback ports of the test.</summary>
internal sealed class TcpEcho : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Task _accepting = Task.CompletedTask;
    private int _accepted;

    public TcpEcho()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many connections are closed at once before one is served.</summary>
    public int ClosesFirst { get; set; }

    /// <summary>Begins to listen; before that connections are refused.</summary>
    public TcpEcho Start()
    {
        _listener.Listen(512);
        _accepting = AcceptAsync();
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                if (Interlocked.Increment(ref _accepted) <= ClosesFirst)
                {
                    client.Dispose();
                    continue;
                }

#pragma warning disable CA2025 // It disposes the socket itself.
                _ = EchoAsync(client);
#pragma warning restore CA2025
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    // All that comes goes back, then a word of farewell.
    private async Task EchoAsync(Socket client)
    {
        var end = _stop.Token;
        using (client)
        {
            try
            {
                var buffer = new byte[64 * 1024];
                while (await client.ReceiveAsync(buffer, end) is var read and > 0)
                {
                    await client.SendAsync(buffer.AsMemory(0, read), end);
                }

                await client.SendAsync("bye"u8.ToArray(), end);
                client.Shutdown(SocketShutdown.Both);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }
}

internal sealed class UdpEcho : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Task _running;

    public UdpEcho(int port)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[65_535];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                await _socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventWatcher.IntegrationTests;

/// <summary>What runs inside of a guest: a web server that says at which address it was reached.</summary>
internal sealed class GuestBackend : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public GuestBackend(string address, int port)
    {
        _listener = new TcpListener(IPAddress.Parse(address), port);
        _listener.Start();
        _serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream(), ((IPEndPoint)client.Client.LocalEndPoint!).Address.ToString());
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // A probe that went away, or the end.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, string address)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var lines = 0;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
        {
            lines++;
        }

        if (lines > 0)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {address.Length}\r\nConnection: close\r\n\r\n{address}"), _stop.Token);
        }
    }
}

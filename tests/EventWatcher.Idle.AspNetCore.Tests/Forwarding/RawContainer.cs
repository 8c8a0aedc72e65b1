using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>What runs in a container, byte for byte: it keeps what it was sent, and answers what it is told to.</summary>
internal sealed class RawContainer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _owned = [];
    private volatile bool _isReached;

    /// <summary>Initializes one that listens.</summary>
    /// <param name="receiveBuffer">How much the kernel keeps of what it doesn't read, in bytes; null for the kernel's choice.</param>
    public RawContainer(int? receiveBuffer = null)
    {
        if (receiveBuffer is { } size)
        {
            _listener.Server.ReceiveBufferSize = size;
        }

        _listener.Start();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public static Task<Site> SiteAsync(
        string address,
        Action<WebApplication>? before = null,
        Action<WebApplicationBuilder>? builder = null,
        HttpProtocols protocols = HttpProtocols.Http1) => Site.StartAsync(
        container => container.Address = address,
        builder: builder,
        protocols: protocols,
        pipeline: app =>
        {
            before?.Invoke(app);
            app.UseIdleWake();
            app.UseIdleForwarder();
        });

    /// <summary>Sends a request as it stands to a gateway, and this container's answer back.</summary>
    /// <returns>What the container was sent, and what the client was answered until the connection's end.</returns>
    public static async Task<(string Sent, string Answer)> ExchangeAsync(
        string request,
        string answer,
        Action<WebApplication>? before = null,
        Action<WebApplicationBuilder>? builder = null)
    {
        using var container = new RawContainer();
        await using var site = await SiteAsync(container.Address, before, builder);
        var serving = container.ServeAsync(answer);
        using var client = await site.OpenAsync(request);
        var answered = await ReadAsync(client, static _ => false);

        // Where it was refused it has not come here. Who has read the answer may be faster than who has sent it.
        return (container._isReached ? await serving.WaitAsync(TimeSpan.FromSeconds(30)) : "", answered);
    }

    /// <summary>Reads until there is nothing more, or enough.</summary>
    public static async Task<string> ReadAsync(Socket socket, Func<string, bool> isEnough)
    {
        var text = "";
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while (!isEnough(text) && (count = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30))) > 0)
            {
                text += Encoding.Latin1.GetString(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too.
            text += "(reset)";
        }

        return text;
    }

    /// <summary>Reads until there is nothing more.</summary>
    /// <param name="socket">From where.</param>
    /// <param name="afterEach">Is told how much there was, and how much of it at last, and waited for; null for nothing.</param>
    /// <returns>How much there was, in bytes.</returns>
    public static async Task<int> CountAsync(Socket socket, Func<int, int, Task>? afterEach = null)
    {
        var all = 0;
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30))) > 0)
            {
                all += count;
                await (afterEach?.Invoke(all, count) ?? Task.CompletedTask);
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too.
            return all;
        }

        return all;
    }

    public async Task<Socket> AcceptAsync() => await _listener.AcceptSocketAsync().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits for a request without a body, and answers with what is given.</summary>
    /// <returns>The connection, which is the caller's.</returns>
    public async Task<Socket> AnswerAsync(string answer)
    {
        var socket = await AcceptAsync();
        await ReadAsync(socket, static text => text.EndsWith("\r\n\r\n", StringComparison.Ordinal));
        await socket.SendAsync(Encoding.Latin1.GetBytes(answer));
        return socket;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _owned.ForEach(static socket => socket.Dispose());
    }

    private async Task<string> ServeAsync(string answer)
    {
        var socket = await _listener.AcceptSocketAsync();
        _owned.Add(socket);
        _isReached = true;
        var sent = await ReadAsync(socket, IsWhole);
        await socket.SendAsync(Encoding.Latin1.GetBytes(answer));
        socket.Shutdown(SocketShutdown.Send);
        return sent;
    }

    private static bool IsWhole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var head = request[..end];
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            return request.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        }

        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        return at < 0 || request.Length - end - 4 >= int.Parse(head[(at + 16)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}

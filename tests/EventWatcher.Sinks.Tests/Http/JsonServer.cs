using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventWatcher.Sinks.Tests;

/// <summary>A small HTTP server on a loopback port that records what is posted, and answers as it is told or not at all.</summary>
internal sealed class JsonServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public JsonServer()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hooks/secret-path?token=secret-token");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Gets the requests: the first line and headers, and the body.</summary>
    public ConcurrentQueue<(string Head, string Body)> Requests { get; } = [];

    /// <summary>Gets or sets the status of the n-th answer, from 1; 0 for none, -1 to cut the connection.</summary>
    public Func<int, int> Answer { get; set; } = static _ => 200;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var received = new List<byte>();
                var buffer = new byte[4096];
                while (true)
                {
                    if (TryTakeRequest(received) is not { } request)
                    {
                        var count = await stream.ReadAsync(buffer, _stop.Token);
                        if (count == 0)
                        {
                            return;
                        }

                        received.AddRange(buffer.AsSpan(0, count));
                        continue;
                    }

                    Requests.Enqueue(request);
                    var status = Answer(Requests.Count);
                    if (status < 0)
                    {
                        return;
                    }

                    if (status == 0)
                    {
                        await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
                    }

                    var extra = status is 301 or 302 ? "Location: /elsewhere\r\n" : "";
                    var body = status == 204 ? "" : "Content-Length: 2\r\n\r\nok";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Status\r\n{extra}{(body.Length > 0 ? body : "\r\n")}"), _stop.Token);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The test, or the client, has ended it.
            }
        }
    }

    private static (string Head, string Body)? TryTakeRequest(List<byte> received)
    {
        var text = Encoding.UTF8.GetString([.. received]);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var head = text[..end];
        var length = head.Split("\r\n")
            .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture))
            .Single();
        var start = Encoding.UTF8.GetByteCount(text[..(end + 4)]);
        if (received.Count < start + length)
        {
            return null;
        }

        var body = Encoding.UTF8.GetString([.. received.Skip(start).Take(length)]);
        received.RemoveRange(0, start + length);
        return (head, body);
    }
}

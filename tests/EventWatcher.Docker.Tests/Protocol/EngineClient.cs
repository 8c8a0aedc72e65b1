using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace EventWatcher.Docker.Tests;

/// <summary>A plain HTTP client of a fake engine, for the tests of the fake engine itself.</summary>
internal sealed class EngineClient : IDisposable
{
    private readonly HttpClient _http;

    public EngineClient(FakeEngine engine)
        : this(new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(engine.SocketPath), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
    {
    }

    public EngineClient(SocketsHttpHandler handler, string address = "http://docker") =>
        _http = new HttpClient(handler) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) };

    public async Task<(int Status, string Body)> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> HeadersAsync(string path, CancellationToken cancellationToken = default) =>
        await _http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public async Task<EventReader> OpenAsync(string path = "/v1.41/events", CancellationToken cancellationToken = default)
    {
        var response = await HeadersAsync(path, cancellationToken);
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken)));
    }

    /// <summary>The actions of a read that the engine ends by itself.</summary>
    public async Task<string[]> ActionsAsync(string path)
    {
        var (status, body) = await SendAsync("GET", path);
        Assert.Equal(200, status);
        return [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Action)];
    }

    /// <summary>Sends a request over a socket of its own and leaves the rest to the caller.</summary>
    public static async Task<Socket> RequestAsync(FakeEngine engine, string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(engine.SocketPath));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: docker\r\n\r\n"));
        return socket;
    }

    /// <summary>Sends a request over a socket and returns every byte of what comes until the end of the stream.</summary>
    public static async Task<string> RawAsync(FakeEngine engine, string path)
    {
        using var socket = await RequestAsync(engine, path);
        await using var stream = new NetworkStream(socket);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, late.Token);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    public static string Action(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("Action").GetString()!;
    }

    /// <summary>The body of a chunked response, as far as it came.</summary>
    public static string Unchunk(string chunks)
    {
        var body = new StringBuilder();
        while (chunks.Length > 0)
        {
            var end = chunks.IndexOf("\r\n", StringComparison.Ordinal);
            var size = Convert.ToInt32(chunks[..end], 16);
            var data = chunks[(end + 2)..];
            body.Append(data[..Math.Min(size, data.Length)]);
            chunks = data.Length >= size + 2 ? data[(size + 2)..] : "";
        }

        return body.ToString();
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>An open event stream, read line by line.</summary>
internal sealed class EventReader(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    public HttpResponseMessage Response => response;

    public async Task<string?> LineAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await reader.ReadLineAsync(late.Token);
    }

    public async Task<string> ActionAsync() =>
        EngineClient.Action(await LineAsync() ?? throw new EndOfStreamException());

    public async Task<string[]> ActionsAsync(int count)
    {
        var actions = new string[count];
        for (var i = 0; i < count; i++)
        {
            actions[i] = await ActionAsync();
        }

        return actions;
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}

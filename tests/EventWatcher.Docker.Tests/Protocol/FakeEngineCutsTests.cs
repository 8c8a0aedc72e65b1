using System.Net.Sockets;
using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class FakeEngineCutsTests : IAsyncLifetime
{
    private readonly FakeEngine _engine = new();
    private readonly EngineClient _client;

    public FakeEngineCutsTests() => _client = new EngineClient(_engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _engine.DisposeAsync();
        Assert.Empty(_engine.InternalErrors);
        Assert.Equal(0, _engine.LiveTasks);
    }

    [Fact]
    public async Task CutStreams_clean_ends_the_response_after_what_was_published()
    {
        using var reader = await _client.OpenAsync();
        await _engine.WaitForStreamsAsync(1);
        _engine.Emit("a");
        Assert.Equal(1, await _engine.CutStreamsAsync(CutMode.Clean));

        Assert.Equal("a", await reader.ActionAsync());
        Assert.Null(await reader.LineAsync());
        Assert.Equal("OK", (await _client.SendAsync("GET", "/_ping")).Body);
        Assert.Equal(1, _engine.ConnectionsAccepted);
    }

    [Theory]
    [InlineData(nameof(CutMode.Close))]
    [InlineData(nameof(CutMode.MidChunk))]
    [InlineData(nameof(CutMode.Reset))]
    public async Task CutStreams_otherwise_breaks_the_response(string mode)
    {
        using var reader = await _client.OpenAsync();
        await _engine.WaitForStreamsAsync(1);
        _engine.Emit("a");
        Assert.Equal("a", await reader.ActionAsync());
        await _engine.CutStreamsAsync(Enum.Parse<CutMode>(mode));

        await Assert.ThrowsAnyAsync<IOException>(() => reader.LineAsync());
        Assert.Equal(0, _engine.OpenStreams);
    }

    [Theory]
    [InlineData(nameof(CutMode.Close), SocketError.Success)]
    [InlineData(nameof(CutMode.Reset), SocketError.ConnectionReset)]
    public async Task CutStreams_on_tcp_ends_or_resets_the_connection(string mode, SocketError expected)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", engine.TcpPort);
        await socket.SendAsync("GET /events HTTP/1.1\r\nHost: docker\r\n\r\n"u8.ToArray());
        await engine.WaitForStreamsAsync(1);
        await engine.CutStreamsAsync(Enum.Parse<CutMode>(mode));

        var ending = SocketError.Success;
        try
        {
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (await socket.ReceiveAsync(new byte[4096], late.Token) > 0)
            {
                // The response's head comes first.
            }
        }
        catch (SocketException e)
        {
            ending = e.SocketErrorCode;
        }

        Assert.Equal(expected, ending);
    }

    [Fact]
    public async Task CutStreams_ends_a_stalled_stream_too()
    {
        using var reader = await _client.OpenAsync();
        await _engine.WaitForStreamsAsync(1);
        _engine.Faults.Stall();
        _engine.Emit("never");
        await _engine.CutStreamsAsync(CutMode.Close);

        await Assert.ThrowsAnyAsync<IOException>(() => reader.LineAsync());
    }

    [Theory]
    [InlineData(nameof(CutMode.Close), 0)]
    [InlineData(nameof(CutMode.Close), 1)]
    [InlineData(nameof(CutMode.Close), 140)]
    [InlineData(nameof(CutMode.Clean), 0)]
    [InlineData(nameof(CutMode.Clean), 140)]
    public async Task CutAfterBytes_sends_exactly_so_many_bytes_of_body(string mode, int bytes)
    {
        _engine.Emit("a", "one");
        _engine.Emit("b", "two");
        var whole = string.Join('\n', _engine.Ring.Select(e => Encoding.UTF8.GetString(e.Encode(legacy: true).Span))) + "\n";
        _engine.Faults.NextStreams(1, Fault.CutAfterBytes(bytes, Enum.Parse<CutMode>(mode)) with { ChunkSize = 100 });

        var raw = await EngineClient.RawAsync(_engine, "/events?since=0");
        var chunks = raw[(raw.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.Equal(whole[..bytes], EngineClient.Unchunk(chunks));
        Assert.Equal(mode == nameof(CutMode.Clean), chunks.EndsWith("0\r\n\r\n", StringComparison.Ordinal));
        Assert.Equal(mode == nameof(CutMode.Clean), chunks.EndsWith("\r\n", StringComparison.Ordinal));
    }
}

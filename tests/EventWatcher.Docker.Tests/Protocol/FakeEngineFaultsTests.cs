using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class FakeEngineFaultsTests : IAsyncLifetime
{
    private readonly FakeEngine _engine = new();
    private readonly EngineClient _client;

    public FakeEngineFaultsTests() => _client = new EngineClient(_engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _engine.DisposeAsync();
        Assert.Empty(_engine.InternalErrors);
        Assert.Equal(0, _engine.LiveTasks);
    }

    [Fact]
    public async Task HoldHeadersUntil_withholds_the_status_until_the_gate_opens()
    {
        var gate = new TaskCompletionSource();
        _engine.Faults.NextStreams(1, Fault.HoldHeadersUntil(gate.Task));
        using var socket = await EngineClient.RequestAsync(_engine, "/events");
        await _engine.WaitForRequestAsync(r => r.IsEventStream);
        await _client.SendAsync("GET", "/_ping");
        Assert.Equal(0, socket.Available);
        Assert.Equal(0, _engine.OpenStreams);

        gate.SetResult();
        await _engine.WaitForStreamsAsync(1);
        Assert.NotEqual(0, socket.Available);
    }

    [Fact]
    public async Task DelayHeaders_waits_for_the_clock_it_is_given()
    {
        _engine.Faults.NextStreams(1, Fault.DelayHeaders(TimeSpan.FromMilliseconds(200), TimeProvider.System));
        var started = TimeProvider.System.GetTimestamp();
        using var delayed = await _client.OpenAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromMilliseconds(190), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task HeadersWithFirstEvent_sends_nothing_before_it()
    {
        _engine.Faults.NextStreams(1, new Fault { HeadersWithFirstEvent = true });
        using var socket = await EngineClient.RequestAsync(_engine, "/events");
        await _engine.WaitForStreamsAsync(1);
        Assert.Equal(0, socket.Available);

        _engine.Emit("start");
        await _engine.WaitUntilTakenAsync();
        var answer = new byte[socket.Available];
        await socket.ReceiveAsync(answer);
        Assert.StartsWith("HTTP/1.1 200 OK", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
        Assert.Contains("\"Action\":\"start\"", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubscribeAfter_misses_what_comes_between_headers_and_subscription()
    {
        var gate = new TaskCompletionSource();
        _engine.Faults.NextStreams(1, Fault.SubscribeAfter(gate.Task));
        using var reader = await _client.OpenAsync();
        _engine.Emit("missed");
        gate.SetResult();
        await _engine.WaitForStreamsAsync(1);
        _engine.Emit("seen");

        Assert.Equal("seen", await reader.ActionAsync());
    }

    [Fact]
    public async Task Stall_stops_writing_and_goes_on_where_it_stopped()
    {
        using var reader = await _client.OpenAsync();
        await _engine.WaitForStreamsAsync(1);
        _engine.Faults.Stall();
        _engine.Emit("a");
        _engine.Emit("b");
        var line = reader.ActionAsync();
        Assert.Equal(2, _engine.BufferedForSlowest);
        Assert.False(line.IsCompleted);

        _engine.Faults.Unstall();
        Assert.Equal("a", await line);
        Assert.Equal("b", await reader.ActionAsync());
    }

    [Fact]
    public async Task Swallow_loses_what_is_written_with_the_stream_open()
    {
        using var reader = await _client.OpenAsync();
        await _engine.WaitForStreamsAsync(1);
        _engine.Faults.Swallow = true;
        _engine.Emit("lost");
        await _engine.WaitUntilTakenAsync();
        _engine.Faults.Swallow = false;
        _engine.Emit("seen");

        Assert.Equal("seen", await reader.ActionAsync());
        Assert.Equal(1, _engine.OpenStreams);
    }

    [Fact]
    public async Task CorruptNext_RepeatNext_DropNext_touch_live_streams_and_not_the_ring()
    {
        using var reader = await _client.OpenAsync();
        await _engine.WaitForStreamsAsync(1);
        _engine.Faults.DropNext();
        _engine.Emit("dropped");
        _engine.Faults.CorruptNext();
        _engine.Emit("corrupt");
        _engine.Faults.RepeatNext();
        _engine.Emit("twice");

        Assert.ThrowsAny<System.Text.Json.JsonException>(() => EngineClient.Action(reader.LineAsync().GetAwaiter().GetResult()!));
        Assert.Equal(["twice", "twice"], await reader.ActionsAsync(2));
        Assert.Equal(["dropped", "corrupt", "twice"], _engine.Ring.Select(e => e.Action));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\r\n")]
    public async Task Separator_and_chunk_and_write_sizes_change_the_bytes_but_not_the_events(string separator)
    {
        _engine.Emit("a");
        _engine.Emit("b");
        _engine.Faults.NextStreams(1, new Fault { Separator = separator, ChunkSize = 3, WriteSize = 2, CutAfter = long.MaxValue });
        var reading = EngineClient.RawAsync(_engine, "/events?since=0");
        await _engine.WaitForStreamsAsync(1);
        await _engine.CutStreamsAsync(CutMode.Clean);
        await _engine.CutConnectionsAsync();

        var raw = await reading;
        var expected = string.Concat(_engine.Ring.Select(e => Encoding.UTF8.GetString(e.Encode(legacy: true).Span) + separator));
        Assert.Equal(expected, EngineClient.Unchunk(raw[(raw.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
        Assert.Contains("\r\n3\r\n", raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmitRaw_sends_any_bytes_and_EmitHuge_a_large_event()
    {
        using var reader = await _client.OpenAsync();
        await _engine.WaitForStreamsAsync(1);
        _engine.EmitRaw("garbage\n"u8);
        _engine.EmitHuge(2 * 1024 * 1024);
        await _engine.EmitPreparedAsync("{\"Action\":\"p\"}\n"u8.ToArray(), 2);

        Assert.Equal("garbage", await reader.LineAsync());
        Assert.True((await reader.LineAsync())!.Length > 2 * 1024 * 1024);
        Assert.Equal(["p", "p"], await reader.ActionsAsync(2));
    }

    [Fact]
    public async Task Answer_and_NotJson_replace_the_next_answers_only()
    {
        _engine.Faults.Next(1, Fault.Answer(503, "starting up"), r => r.Path == "/info");
        _engine.Faults.NextStreams(1, Fault.NotJson());
        _engine.Faults.NextReads(1, Fault.Answer(500, "no events"));

        Assert.Equal((503, "{\"message\":\"starting up\"}\n"), await _client.SendAsync("GET", "/info"));
        Assert.StartsWith("<html>", (await _client.SendAsync("GET", "/events")).Body, StringComparison.Ordinal);
        Assert.Equal((500, "{\"message\":\"no events\"}\n"), await _client.SendAsync("GET", "/events?until=1"));
        Assert.Equal((200, ""), await _client.SendAsync("GET", "/events?until=1"));
        Assert.Equal(200, (await _client.SendAsync("GET", "/info")).Status);
        Assert.Equal("OK", (await _client.SendAsync("GET", "/_ping")).Body);
    }

    [Fact]
    public async Task NoAnswer_and_a_cut_body_break_ordinary_calls()
    {
        // HttpClient tries again by itself when not one byte of an answer has come.
        _engine.Faults.Calls = new Fault { NoAnswer = true };
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.SendAsync("POST", "/containers/x/stop"));

        _engine.Faults.Reset();
        _engine.Faults.Next(1, Fault.CutAfterBytes(5));
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.SendAsync("GET", "/info"));
    }

    [Fact]
    public async Task A_client_that_does_not_read_delays_publishing_and_then_loses_events()
    {
        using var reader = await _client.OpenAsync();
        await _engine.WaitForStreamsAsync(1);
        _engine.Faults.Stall();
        for (var i = 0; i < 1024; i++)
        {
            _engine.Emit("start");
        }

        Assert.Equal(0, _engine.DroppedForSlowReaders);
        _engine.Emit("one too many");
        Assert.Equal(1, _engine.DroppedForSlowReaders);
        Assert.InRange(_engine.LastPublishDelay, TimeSpan.FromMilliseconds(90), TimeSpan.FromSeconds(30));
        Assert.Equal("one too many", _engine.Ring[^1].Action);
    }
}

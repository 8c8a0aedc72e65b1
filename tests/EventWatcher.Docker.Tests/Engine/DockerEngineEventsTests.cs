namespace EventWatcher.Docker.Tests;

public sealed class DockerEngineEventsTests
{
    [Fact]
    public async Task OpenEventsAsync_events_come_whole_and_in_order()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await using var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        await engine.ReplayAsync(RecordedSession.Moby20);

        foreach (var line in RecordedSession.Moby20.Lines)
        {
            Assert.Equal(Decode.Show(Decode.One(line.Span)), Decode.Show(await stream.NextAsync()));
        }
    }

    [Fact]
    public async Task OpenEventsAsync_request_is_written_as_the_engine_reads_it()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        var old = engine.Emit("start", "old", timeNano: 1_700_000_000_000_000_001);
        var wanted = engine.Emit("start", "wanted", timeNano: 1_700_000_000_000_000_002);
        engine.Emit("die", "wanted", timeNano: 1_700_000_000_000_000_003);
        engine.Emit("start", "late", timeNano: 1_700_000_001_000_000_000);

        await using var stream = await client.OpenEventsAsync(new DockerEventsRequest
        {
            SinceNanoseconds = old.TimeNano + 1,
            UntilNanoseconds = 1_700_000_000_999_999_999,
            Filters = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["type"] = ["container"], ["event"] = ["start", "stop"] },
        });

        Assert.Equal(wanted.Id, Assert.Single(await stream.ReadAllAsync()).ActorId);
        Assert.Null(await stream.ReadAsync());
        var query = engine.Requests.Single(r => r.Path == "/events").Query;
        Assert.Equal("1700000000.000000002", query["since"]);
        Assert.Equal("1700000000.999999999", query["until"]);
        Assert.Equal("""{"type":["container"],"event":["start","stop"]}""", query["filters"]);
    }

    [Fact]
    public async Task OpenEventsAsync_bounded_on_podman_reads_what_there_is_up_to_the_time()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Flavour = EngineFlavour.Podman43 });
        await using var client = engine.Client();
        engine.Emit("start", "old", timeNano: 1_700_000_000_000_000_001);
        var wanted = engine.Emit("start", "wanted", timeNano: 1_700_000_000_000_000_002);
        engine.Emit("start", "late", timeNano: 1_700_000_001_000_000_000);

        await using var stream = await client.OpenAsync(since: 1_700_000_000_000_000_002, until: 1_700_000_000_999_999_999);

        Assert.Equal(wanted.Id, Assert.Single(await stream.ReadAllAsync()).ActorId);
        var query = engine.Requests.Single(r => r.Path == "/events").Query;
        Assert.Equal("false", query["stream"]);
        Assert.False(query.ContainsKey("until"));
    }

    [Fact]
    public async Task OpenEventsAsync_negative_time_is_refused()
    {
        await using var client = EngineTest.Client("unix:///nowhere/docker.sock");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.OpenAsync(since: -1));
    }

    [Fact]
    public async Task ReadAsync_events_received_together_complete_synchronously()
    {
        await using var whole = new DockerEventStream("test", new MemoryStream(RecordedSession.Moby20.Bytes.ToArray()), new MemoryStream());
        await whole.ReadAsync();
        for (var i = 1; i < 5; i++)
        {
            var next = whole.ReadAsync();
            var isThere = next.IsCompletedSuccessfully;
            await next;
            Assert.True(isThere);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task ReadAsync_any_size_of_writes_gives_the_same_events(int size)
    {
        await using var engine = new FakeEngine();
        engine.Faults.Streams = Fault.None with { WriteSize = size };
        for (var i = 0; i < 5; i++)
        {
            engine.Emit("start", $"c{i}");
        }

        await using var client = engine.Client();
        await using var stream = await client.OpenAsync(since: 0);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal($"c{i}", (await stream.NextAsync()).Attributes["name"]);
        }
    }

    [Fact]
    public async Task ReadAsync_malformed_event_is_reported_and_the_stream_goes_on()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await using var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        engine.Faults.CorruptNext();
        engine.Emit("create");
        engine.Emit("start");

        var fault = await Assert.ThrowsAsync<DockerEventFormatException>(() => stream.NextAsync());
        Assert.Equal(0, fault.Position);
        Assert.Equal(client.Name, fault.Engine);
        Assert.Equal("start", (await stream.NextAsync()).Action);
    }

    [Fact]
    public async Task ReadAsync_oversized_event_is_reported_and_the_stream_goes_on()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await using var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        engine.EmitHuge(3 << 20);
        engine.Emit("start");

        await Assert.ThrowsAsync<DockerEventFormatException>(() => stream.NextAsync());
        Assert.Equal("start", (await stream.NextAsync()).Action);
    }

    [Fact]
    public async Task ReadAsync_clean_end_is_null_and_stays_null()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await using var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        engine.Emit("start");
        await engine.CutStreamsAsync(CutMode.Clean);

        Assert.Single(await stream.ReadAllAsync());
        Assert.Null(await stream.ReadAsync());
    }

    [Theory]
    [InlineData(nameof(CutMode.Close))]
    [InlineData(nameof(CutMode.MidChunk))]
    [InlineData(nameof(CutMode.Reset))]
    public async Task ReadAsync_cut_connection_is_an_error_and_stays_one(string mode)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        await using var client = EngineTest.Client(engine.TcpEndpoint);
        await using var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        engine.Emit("start");
        Assert.Equal("start", (await stream.NextAsync()).Action);
        await engine.CutStreamsAsync(Enum.Parse<CutMode>(mode));

        await Assert.ThrowsAsync<DockerStreamCutException>(() => stream.NextAsync());
        await Assert.ThrowsAsync<DockerStreamCutException>(() => stream.NextAsync());
    }

    [Theory]
    [InlineData(nameof(CutMode.Clean))]
    [InlineData(nameof(CutMode.Close))]
    public async Task ReadAsync_cut_after_every_single_byte_gives_whole_events_and_then_an_end_or_an_error(string mode)
    {
        await using var engine = new FakeEngine();
        var lines = RecordedSession.Moby20.Lines.Take(3).Select(line => FakeEvent.Parse(line.Span)).ToList();
        foreach (var line in lines)
        {
            await engine.EmitAsync(line);
        }

        var ends = RecordedSession.Moby20.Lines.Take(3).Aggregate(new List<int> { 0 }, (all, line) => [.. all, all[^1] + line.Length + 1]);
        await using var client = engine.Client();
        for (var cut = 0; cut <= ends[^1]; cut++)
        {
            engine.Faults.NextStreams(1, Fault.CutAfterBytes(cut, Enum.Parse<CutMode>(mode)));
            await using var stream = await client.OpenAsync(since: 0);
            var whole = ends.Skip(1).Count(end => end - 1 <= cut);
            for (var i = 0; i < whole; i++)
            {
                Assert.Equal(lines[i].Action, (await stream.NextAsync()).Action);
            }

            var isBetween = ends.Contains(cut) || ends.Contains(cut + 1);
            if (mode == nameof(CutMode.Clean) && isBetween)
            {
                Assert.Null(await stream.ReadAsync().AsTask().WaitAsync(EngineTest.Deadline));
            }
            else
            {
                await Assert.ThrowsAsync<DockerStreamCutException>(() => stream.NextAsync());
            }
        }
    }

    [Fact]
    public async Task DisposeAsync_pending_read_ends_promptly_and_the_connection_is_closed()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        var read = stream.ReadAsync().AsTask();
        Assert.False(read.IsCompleted);

        await stream.DisposeAsync().AsTask().WaitAsync(EngineTest.Deadline);
        await stream.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(EngineTest.Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync().AsTask());
        await engine.WaitForStreamsAsync(0);
    }

    [Fact]
    public async Task DisposeAsync_of_the_engine_ends_its_streams()
    {
        await using var engine = new FakeEngine();
        var client = engine.Client();
        await using var reading = await client.OpenAsync();
        await using var idle = await client.OpenAsync();
        await engine.WaitForStreamsAsync(2);
        var read = reading.ReadAsync().AsTask();

        await client.DisposeAsync().AsTask().WaitAsync(EngineTest.Deadline);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(EngineTest.Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => idle.ReadAsync().AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.PingAsync());
        await engine.WaitForStreamsAsync(0);
    }

    [Fact]
    public async Task ReadAsync_cancelled_carries_the_callers_token_and_ends_the_stream()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await using var stream = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        using var cancellation = new CancellationTokenSource();
        var read = stream.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(EngineTest.Deadline));
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        await Assert.ThrowsAsync<DockerStreamCutException>(() => stream.NextAsync());
    }

    [Fact]
    public async Task OpenEventsAsync_headers_held_back_outlast_the_timeout_and_end_with_the_callers_token()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client(options => options.Timeout = TimeSpan.FromMilliseconds(200));
        await client.PingAsync();
        var gate = new TaskCompletionSource();
        engine.Faults.NextStreams(1, Fault.HoldHeadersUntil(gate.Task));
        engine.Faults.NextStreams(1, Fault.WithholdHeaders());
        var opening = client.OpenAsync();

        // Another call runs into that time-out, and the stream does not.
        engine.Faults.Next(1, Fault.WithholdHeaders(), r => r.Path == "/containers/json");
        await Assert.ThrowsAsync<DockerUnreachableException>(() => client.ListContainersAsync());
        Assert.False(opening.IsCompleted);
        gate.SetResult();
        await using var stream = await opening;

        using var cancellation = new CancellationTokenSource();
        var never = client.OpenEventsAsync(new DockerEventsRequest(), cancellation.Token);
        await engine.WaitForRequestAsync(r => r.IsEventStream, 2);
        await cancellation.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never.WaitAsync(EngineTest.Deadline));
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
    }

    [Fact]
    public async Task OpenEventsAsync_token_is_without_effect_once_it_is_open()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        using var cancellation = new CancellationTokenSource();
        await using var stream = await client.OpenEventsAsync(new DockerEventsRequest(), cancellation.Token);
        await engine.WaitForStreamsAsync(1);
        await cancellation.CancelAsync();
        engine.Emit("start");

        Assert.Equal("start", (await stream.NextAsync()).Action);
    }
}

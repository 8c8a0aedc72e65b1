namespace EventWatcher.Docker.Tests;

public sealed class FakeEngineEventsTests
{
    [Fact]
    public async Task Events_live_arrive_in_order_as_chunked_json()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        using var reader = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        engine.Emit("create");
        engine.Emit("start");

        Assert.Equal(["create", "start"], await reader.ActionsAsync(2));
        Assert.True(reader.Response.Headers.TransferEncodingChunked);
        Assert.Equal("application/json", reader.Response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Ring_keeps_the_newest_256_events_of_all_types()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Emit("first");
        engine.Emit("second");
        for (var i = 0; i < 255; i++)
        {
            engine.Emit("network", "connect", "n");
        }

        var seen = await client.ActionsAsync(Past(engine, "since=0"));
        Assert.Equal(256, seen.Length);
        Assert.Equal("second", seen[0]);
    }

    [Fact]
    public async Task Since_is_inclusive_and_the_walk_back_stops_at_the_first_older_event()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Emit("a", timeNano: 2_000_000_000);
        engine.Emit("b", timeNano: 2_000_000_005);
        engine.Emit("older", timeNano: 1_000_000_000);
        engine.Emit("c", timeNano: 2_000_000_003);

        Assert.Equal(["c"], await client.ActionsAsync(Past(engine, "since=2.000000003")));
        Assert.Equal(["a", "b", "older", "c"], await client.ActionsAsync(Past(engine, "since=1")));
    }

    [Fact]
    public async Task Until_in_the_past_leaves_newer_events_out_and_ends_the_response()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Emit("a", timeNano: 1_000_000_001);
        engine.Emit("b", timeNano: 1_000_000_002);

        Assert.Equal(["a"], await client.ActionsAsync("/events?until=1.000000001"));
    }

    [Fact]
    public async Task Until_in_the_future_follows_until_then()
    {
        var time = new TimersByHand();
        await using var engine = new FakeEngine(new FakeEngineOptions { TimeProvider = time });
        using var client = new EngineClient(engine);
        engine.Emit("a");
        var read = client.ActionsAsync($"/events?since=0&until={engine.Clock.Now.AddHours(1).ToUnixTimeSeconds()}");
        await engine.WaitForStreamsAsync(1);
        engine.Emit("b");
        await engine.WaitUntilTakenAsync();
        Assert.False(read.IsCompleted);

        Assert.InRange(Assert.Single(time.Due), TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        time.Fire();
        Assert.Equal(["a", "b"], await read);
    }

    [Fact]
    public async Task Until_in_the_very_far_future_follows_for_ever()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        using var reader = await client.OpenAsync("/events?until=9999999999");
        await engine.WaitForStreamsAsync(1);
        engine.Emit("a");

        Assert.Equal("a", await reader.ActionAsync());
    }

    [Theory]
    [InlineData("since=5&until=4", "`since` time (5) cannot be after `until` time (4)")]
    [InlineData("since=x", "invalid value for 'since'")]
    [InlineData("filters=%7B", "invalid filter")]
    public async Task Events_with_a_wrong_query_are_a_400(string query, string message)
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        var (status, body) = await client.SendAsync("GET", "/events?" + query);

        Assert.Equal(400, status);
        Assert.Contains(message, System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":{"container":true}}""", "start,die,health_status: healthy")]
    [InlineData("""{"type":["container","volume"]}""", "start,die,mount,health_status: healthy")]
    [InlineData("""{"event":["die","connect"]}""", "connect,die")]
    [InlineData("""{"event":["health_status"]}""", "health_status: healthy")]
    [InlineData("""{"container":["we"],"event":["start"]}""", "start")]
    [InlineData("""{"label":["role=web"]}""", "start")]
    [InlineData("""{"label":["role=web","no"]}""", "")]
    public async Task Filters_select_as_the_engine_does(string filters, string expected)
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Emit("network", "connect", "n");
        engine.Emit("container", "start", "id1", new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "web", ["role"] = "web" });
        engine.Emit("die", "db");
        engine.Emit("volume", "mount", "v");
        engine.Emit("health_status: healthy", "db");

        var seen = await client.ActionsAsync(Past(engine, "since=0&filters=" + Uri.EscapeDataString(filters)));
        Assert.Equal(expected, string.Join(',', seen));
    }

    [Fact]
    public async Task Append_and_publish_apart_give_another_live_order_and_an_event_both_buffered_and_live()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        var a = engine.Append("a");
        var b = engine.Append("b");
        using var reader = await client.OpenAsync("/events?since=0");
        await engine.WaitForStreamsAsync(1);
        await engine.PublishAsync(b);
        await engine.PublishAsync(a);

        Assert.Equal(["a", "b", "b", "a"], await reader.ActionsAsync(4));
    }

    [Theory]
    [InlineData("/v1.41/events", true, "application/json")]
    [InlineData("/v1.52/events", false, "application/jsonl")]
    public async Task Legacy_fields_and_content_type_follow_the_api_version(string path, bool legacy, string type)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { ApiVersion = "1.52" });
        using var client = new EngineClient(engine);
        engine.Emit("start");
        using var reader = await client.OpenAsync(path + "?since=0");

        var line = await reader.LineAsync();
        Assert.Equal(legacy, line!.StartsWith("{\"status\":\"start\",\"id\":\"", StringComparison.Ordinal));
        Assert.Equal(type, reader.Response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Clock_steps_and_pauses_with_event_times_still_different()
    {
        await using var engine = new FakeEngine();
        engine.Clock.Pause();
        var first = engine.Emit("a");
        var second = engine.Emit("b");
        engine.Clock.Step(TimeSpan.FromHours(-1));
        var back = engine.Emit("c");

        Assert.Equal(1, second.TimeNano - first.TimeNano);
        Assert.Equal(3_600_000_000_000, first.TimeNano - back.TimeNano);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task EmitMany_sends_every_event_once_in_order(int actors)
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        using var reader = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        var emitting = engine.EmitManyAsync(1_001, actors: actors);
        var times = new List<long>();
        for (var i = 0; i < 1_001; i++)
        {
            var e = FakeEvent.Parse(System.Text.Encoding.UTF8.GetBytes((await reader.LineAsync())!));
            Assert.Equal($"many-{i % actors}", e.Name);
            times.Add(e.TimeNano);
        }

        var first = await emitting;
        Assert.Equal(Enumerable.Range(0, 1_001).Select(i => first + i), times);
        Assert.Equal(times[^256..], engine.Ring.Select(e => e.TimeNano));
    }

    [Fact]
    public async Task EmitMany_obeys_each_streams_filter_and_separator()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Faults.Streams = new Fault { Separator = "\r\n\r\n" };
        using var reader = await client.OpenAsync("/events?filters=" + Uri.EscapeDataString("""{"container":["many-1"]}"""));
        await engine.WaitForStreamsAsync(1);
        await engine.EmitManyAsync(9, actors: 3);
        await engine.CutStreamsAsync(CutMode.Clean);

        var lines = new List<string>();
        while (await reader.LineAsync() is { } line)
        {
            lines.Add(line.Length == 0 ? "" : FakeEvent.Parse(System.Text.Encoding.UTF8.GetBytes(line)).Name!);
        }

        Assert.Equal(["many-1", "", "many-1", "", "many-1", ""], lines);
    }

    [Theory]
    [InlineData(EngineFlavour.Moby20)]
    [InlineData(EngineFlavour.Moby28)]
    [InlineData(EngineFlavour.Podman43)]
    internal async Task Replay_of_a_recorded_session_is_the_same_bytes(EngineFlavour flavour)
    {
        var session = RecordedSession.Of(flavour);
        await using var engine = new FakeEngine(new FakeEngineOptions { Flavour = flavour });
        using var client = new EngineClient(engine);
        await engine.ReplayAsync(session);
        var past = flavour == EngineFlavour.Podman43 ? "/events?since=0&stream=false" : Past(engine, "since=0").Replace("/v1.41", "", StringComparison.Ordinal);
        var (_, body) = await client.SendAsync("GET", past);

        Assert.InRange(session.Lines.Count, 30, EventStore.RingSize);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(session.Bytes.Span), body);
    }

    // The engine's clock steps on first: what was emitted a moment ago is then safely in the past.
    private static string Past(FakeEngine engine, string query)
    {
        engine.Clock.Step(TimeSpan.FromSeconds(2));
        return $"/v1.41/events?{query}&until={engine.Clock.Now.AddSeconds(-1).ToUnixTimeSeconds()}";
    }

    private sealed class TimersByHand : TimeProvider
    {
        private readonly List<Action> _callbacks = [];

        public List<TimeSpan> Due { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Due.Add(dueTime);
            _callbacks.Add(() => callback(state));
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Fire() => _callbacks.ForEach(callback => callback());
    }
}

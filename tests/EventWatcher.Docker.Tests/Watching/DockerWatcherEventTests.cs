namespace EventWatcher.Docker.Tests;

public sealed class DockerWatcherEventTests : WatcherTest
{
    [Theory]
    [InlineData("Moby20")]
    [InlineData("Moby28")]
    [InlineData("Podman43")]
    public async Task Recorded_session_comes_as_the_events_it_has(string flavour)
    {
        var consumer = await WatchReadyAsync();
        var session = RecordedSession.Of(Enum.Parse<EngineFlavour>(flavour));
        await Engine.ReplayAsync(session);
        await SettleAsync(consumer);

        var expected = session.Lines
            .Select(line => FakeEvent.Parse(line.Span))
            .Where(e => e.Type == "container")
            .Select(e => (Known: DockerEventMap.TryGet(e.Action, out var action), Action: action, Event: e))
            .Where(e => e.Known)
            .ToList();
        var got = consumer.Events.Where(e => !e.ActorName.StartsWith("settle-", StringComparison.Ordinal)).ToList();
        Assert.True(expected.Count > 10);
        Assert.Equal(expected.Select(e => (e.Action, e.Event.Id)), got.Select(e => (e.Action, e.ActorId)));
        Assert.All(expected.Zip(got), pair =>
        {
            Assert.Equal(pair.First.Event.Name, pair.Second.ActorName);
            Assert.Equal(pair.First.Event.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal), pair.Second.ActorAttributes.OrderBy(a => a.Key, StringComparer.Ordinal));
            Assert.Equal(pair.First.Event.TimeNano / 100, (pair.Second.Timestamp - DateTimeOffset.UnixEpoch).Ticks);
            Assert.Equal(Engine.Endpoint, pair.Second.Source);
            Assert.Equal(EventType.Docker, pair.Second.Type);
        });
    }

    [Theory]
    [InlineData("Moby20")]
    [InlineData("Moby28")]
    [InlineData("Moby29")]
    [InlineData("Podman43")]
    [InlineData("PodmanDied")]
    public async Task Life_of_a_container_comes_in_the_engines_order(string flavour)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Flavour = Enum.Parse<EngineFlavour>(flavour) });
        await using var consumer = new Consumer(new DockerWatcher(Options(o => o.Endpoint = engine.Endpoint)).Watch());
        await consumer.ReadyAsync();
        await engine.Containers.CreateAsync(new FakeContainer("web"));
        await engine.Containers.StartAsync("web");
        await engine.Containers.PauseAsync("web");
        await engine.Containers.UnpauseAsync("web");
        await engine.Containers.SetHealthAsync(engine.Containers.Get("web"), "healthy");
        await engine.Containers.ExecAsync(engine.Containers.Get("web"), "date");
        await engine.Containers.RenameAsync("web", "web2");
        await engine.Containers.StopAsync("web2", 1, signal: null);
        await engine.Containers.DeleteAsync("web2", force: false);
        await consumer.WaitForAsync("destroy web2");

        string[] stopping = flavour.StartsWith("Podman", StringComparison.Ordinal) ? ["die web2"] : ["kill web2", "die web2", "stop web2"];
        Assert.Equal(
            ["create web", "start web", "pause web", "unpause web", "healthy web", "rename web2", .. stopping, "destroy web2"],
            consumer.Words);
        Assert.All(consumer.Events, e => Assert.Equal(FakeContainer.IdFor("web"), e.ActorId));
    }

    [Fact]
    public async Task Label_of_an_attributes_name_overwrites_it_as_documented()
    {
        var consumer = await WatchReadyAsync();
        await Engine.Containers.CreateAsync(new FakeContainer("web") { Labels = new(StringComparer.Ordinal) { ["exitCode"] = "77", ["com.example"] = "yes" } });
        await Engine.Containers.StartAsync("web");
        await Engine.Containers.ExitAsync(Engine.Containers.Get("web"), 3);
        var died = await consumer.WaitForAsync("die web");

        Assert.Equal("77", died.ActorAttributes["exitCode"]);
        Assert.Equal("yes", died.ActorAttributes["com.example"]);
    }

    [Fact]
    public async Task Name_given_to_the_watcher_is_the_source()
    {
        var consumer = await WatchReadyAsync(o => o.Name = "engine-a");
        Engine.Emit("start");
        Assert.Equal("engine-a", (await consumer.WaitForAsync("start c1")).Source);
        Assert.Equal("engine-a", consumer.Stream.Name);
    }

    [Fact]
    public async Task Other_types_and_unknown_actions_are_no_events()
    {
        var consumer = await WatchReadyAsync();
        Engine.Emit("network", "connect", "net");
        Engine.Emit("image", "pull", "nginx");
        Engine.Emit("exec_create: sh");
        Engine.Emit("attach");
        Engine.Emit("something-new");
        Engine.Emit("start");
        await SettleAsync(consumer);

        Assert.Equal(["start c1"], WordsOf(consumer));
    }

    [Fact]
    public async Task Filters_are_applied_here_and_only_the_type_goes_over_the_wire()
    {
        var consumer = await WatchReadyAsync(o => o.Filters = DockerFilters.Start + DockerFilters.NameOrId("web") + DockerFilters.Label("image"));
        var other = Consume(new DockerWatcher(Options()).Watch(DockerFilters.Die));
        await other.ReadyAsync();
        Engine.Emit("start", "web");
        Engine.Emit("die", "web");
        Engine.Emit("start", "db");
        Engine.Emit("start", "web2");
        Engine.Emit("die", "last");
        await other.WaitForAsync("die last");
        await consumer.WaitForAsync("start web2");

        Assert.Equal(["start web", "start web2"], consumer.Words);
        Assert.Equal(["die web", "die last"], other.Words);
        Assert.All(Engine.Requests.Where(r => r.Path == "/events"), r => Assert.Equal("""{"type":["container"]}""", r.Query["filters"]));
    }

    [Fact]
    public async Task Watch_over_tcp_is_the_same()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        await using var consumer = new Consumer(new DockerWatcher(Options(o => o.Endpoint = engine.TcpEndpoint)).Watch());
        await consumer.ReadyAsync();
        engine.Emit("start");
        Assert.Equal(engine.TcpEndpoint, (await consumer.WaitForAsync("start c1")).Source);
    }
}

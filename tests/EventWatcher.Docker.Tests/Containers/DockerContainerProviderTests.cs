using EventWatcher.Tests.Shared;

namespace EventWatcher.Docker.Tests;

public sealed class DockerContainerProviderTests
{
    public static TheoryData<string> Flavours => [nameof(EngineFlavour.Moby20), nameof(EngineFlavour.Moby28), nameof(EngineFlavour.Moby29), nameof(EngineFlavour.Podman43)];

    private static ContainerId Web { get; } = new("web");

    [Fact]
    public async Task Actions_are_traced_with_their_failures()
    {
        await using var world = new World();
        using var traces = new TraceRecorder("EventWatcher.Docker");
        var id = "traced-" + Guid.NewGuid().ToString("N");
        world.Engine.Containers.Add(id, "created");

        await world.Provider.StartAsync(new ContainerId(id));
        await world.Provider.KillAsync(new ContainerId(id));
        await Assert.ThrowsAsync<ContainerConflictException>(() => world.Provider.KillAsync(new ContainerId(id)));

        Assert.Equal(["start", "kill", "kill!"], traces.WordsWhere("eventwatcher.container", id));
    }

    [Fact]
    public async Task ListAsync_every_container_with_its_status()
    {
        await using var world = new World();
        foreach (var state in new[] { "created", "running", "paused", "restarting", "exited", "dead" })
        {
            world.Engine.Containers.Add(new FakeContainer("c-" + state) { State = state, Labels = { ["l"] = state } });
        }

        var found = (await world.Provider.ListAsync()).ToDictionary(c => c.Name, c => c.Status);
        Assert.Equal(ContainerStatus.Stopped, found["c-created"]);
        Assert.Equal(ContainerStatus.Running, found["c-running"]);
        Assert.Equal(ContainerStatus.Paused, found["c-paused"]);
        Assert.Equal(ContainerStatus.Starting, found["c-restarting"]);
        Assert.Equal(ContainerStatus.Stopped, found["c-exited"]);
        Assert.Equal(ContainerStatus.Error, found["c-dead"]);
        Assert.Equal(ContainerStatus.Missing, await world.Provider.GetStatusAsync(Web));
        Assert.Equal(ContainerStatus.Paused, await world.Provider.GetStatusAsync(new ContainerId("c-paused")));
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task Every_action_in_the_state_it_wants_already_is_success(string flavour)
    {
        await using var world = new World(flavour);
        world.Engine.Containers.Add("web", "created");

        await world.Provider.StartAsync(Web);
        await world.Provider.StartAsync(Web);
        await world.Provider.UnpauseAsync(Web);
        await world.Provider.PauseAsync(Web);
        await world.Provider.PauseAsync(Web);
        await Assert.ThrowsAsync<ContainerConflictException>(() => world.Provider.StartAsync(Web));
        await world.Provider.UnpauseAsync(Web);
        await world.Provider.StopAsync(Web);
        await world.Provider.StopAsync(Web);
        await Assert.ThrowsAsync<ContainerConflictException>(() => world.Provider.KillAsync(Web));
        await Assert.ThrowsAsync<ContainerConflictException>(() => world.Provider.PauseAsync(Web));
        await Assert.ThrowsAsync<ContainerConflictException>(() => world.Provider.UnpauseAsync(Web));
        Assert.Equal(ContainerStatus.Stopped, await world.Provider.GetStatusAsync(Web));
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public async Task Every_action_on_a_missing_container_says_so(string flavour)
    {
        await using var world = new World(flavour);
        Func<Task>[] actions =
        [
            () => world.Provider.StartAsync(Web),
            () => world.Provider.StopAsync(Web),
            () => world.Provider.StopAsync(Web, "INT"),
            () => world.Provider.KillAsync(Web),
            () => world.Provider.PauseAsync(Web),
            () => world.Provider.UnpauseAsync(Web),
            () => world.Provider.GetEndpointAsync(Web, 80),
        ];
        foreach (var action in actions)
        {
            Assert.Equal(Web, (await Assert.ThrowsAsync<ContainerNotFoundException>(action)).Id);
        }
    }

    [Fact]
    public async Task Every_action_without_an_engine_says_so()
    {
        await using var provider = new DockerContainerProvider(new DockerEngineOptions { Endpoint = "unix:///nowhere/docker.sock" });
        await Assert.ThrowsAsync<ContainerProviderUnreachableException>(() => provider.ListAsync());
        await Assert.ThrowsAsync<ContainerProviderUnreachableException>(() => provider.GetStatusAsync(Web));
        await Assert.ThrowsAsync<ContainerProviderUnreachableException>(() => provider.StartAsync(Web));
    }

    [Fact]
    public async Task StartAsync_missing_program_has_the_engines_words()
    {
        await using var world = new World();
        world.Engine.Containers.Add(new FakeContainer("web") { BinaryMissing = true });
        var exception = await Assert.ThrowsAsync<ContainerOperationException>(() => world.Provider.StartAsync(Web));
        Assert.Contains("executable file not found", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_container_that_is_just_being_stopped_is_started_again()
    {
        await using var world = new World();
        var death = new TaskCompletionSource();
        var container = world.Engine.Containers.Add(new FakeContainer("web") { State = "running", BeforeDeath = () => death.Task });

        // The engine refuses no start meanwhile, it says that the container runs.
        world.Engine.Faults.Next(1, Fault.None with { Status = 304 }, r => r.Path.EndsWith("/start", StringComparison.Ordinal));
        var stopping = world.Client.StopContainerAsync("web");
        await world.WaitForEventAsync("kill");
        var starting = world.Provider.StartAsync(Web);
        await world.Engine.WaitForRequestAsync(r => r.IsBoundedRead);
        Assert.False(starting.IsCompleted);
        death.SetResult();

        await stopping.WaitAsync(EngineTest.Deadline);
        await starting.WaitAsync(EngineTest.Deadline);
        Assert.Equal("running", container.State);
        Assert.Equal(2, world.Engine.Requests.Count(r => r.Path.EndsWith("/start", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task StartAsync_container_that_ends_right_after_it_was_inspected_is_started_again()
    {
        await using var world = new World();
        var container = world.Engine.Containers.Add("web");
        await world.Client.PingAsync();
        world.Engine.Faults.Next(1, new Fault { BeforeHeaders = _ => world.Engine.Containers.ExitAsync(container, 0) }, r => r.Path == "/_ping");

        await world.Provider.StartAsync(Web).WaitAsync(EngineTest.Deadline);
        Assert.Equal("running", container.State);
    }

    [Fact]
    public async Task StartAsync_after_a_signal_that_ends_nothing_does_not_wait()
    {
        await using var world = new World();
        world.Engine.Containers.Add("web");
        await world.Provider.KillAsync(Web, "CONT");

        await world.Provider.StartAsync(Web).WaitAsync(EngineTest.Deadline);
        Assert.Equal(2, world.Engine.Requests.Count(r => r.Path.EndsWith("/json", StringComparison.Ordinal) || r.IsBoundedRead));
    }

    [Fact]
    public async Task StartAsync_container_that_survived_an_old_signal_does_not_wait()
    {
        await using var world = new World();
        world.Engine.Containers.Add(new FakeContainer("web") { State = "running", IgnoresSignals = true, StopTimeout = 0 });
        world.Engine.Emit("container", "kill", FakeContainer.IdFor("web"), timeNano: EngineClockNano(world, TimeSpan.FromMinutes(-5)));

        await world.Provider.StartAsync(Web).WaitAsync(EngineTest.Deadline);
        Assert.Equal(1, world.Engine.Requests.Count(r => r.Path.EndsWith("/start", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task StartAsync_that_is_refused_as_running_while_it_has_ended_starts_again()
    {
        await using var world = new World();
        var container = world.Engine.Containers.Add("web", "exited");
        world.Engine.Faults.Next(1, Fault.None with { Status = 304 }, r => r.Path.EndsWith("/start", StringComparison.Ordinal));

        await world.Provider.StartAsync(Web).WaitAsync(EngineTest.Deadline);
        Assert.Equal("running", container.State);
    }

    [Fact]
    public async Task StartAsync_that_never_gets_anywhere_gives_up()
    {
        await using var world = new World();
        world.Engine.Containers.Add("web", "exited");
        world.Engine.Faults.Next(100, Fault.None with { Status = 304 }, r => r.Path.EndsWith("/start", StringComparison.Ordinal));

        await Assert.ThrowsAsync<ContainerOperationException>(() => world.Provider.StartAsync(Web).WaitAsync(EngineTest.Deadline));
    }

    [Theory]
    [InlineData(nameof(EngineFlavour.Moby28), "INT", "/stop?signal=SIGINT&t=5")]
    [InlineData(nameof(EngineFlavour.Moby28), "TERM", "/stop?t=5")]
    [InlineData(nameof(EngineFlavour.Moby20), "15", "/stop?t=5")]
    [InlineData(nameof(EngineFlavour.Moby20), "INT", "/kill?signal=SIGINT")]
    [InlineData(nameof(EngineFlavour.Podman43), "INT", "/kill?signal=SIGINT")]
    public async Task StopAsync_signal_goes_the_way_the_engine_heeds(string flavour, string signal, string expected)
    {
        await using var world = new World(flavour);
        var container = world.Engine.Containers.Add("web");
        await world.Provider.StopAsync(Web, signal, TimeSpan.FromSeconds(5)).WaitAsync(EngineTest.Deadline);

        Assert.Equal("exited", container.State);
        Assert.EndsWith("/containers/web" + expected, Assert.Single(world.Posts()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_signal_that_is_the_containers_own_is_a_plain_stop()
    {
        await using var world = new World();
        world.Engine.Containers.Add(new FakeContainer("web") { State = "running", StopSignal = "3" });
        await world.Provider.StopAsync(Web, "quit", TimeSpan.FromSeconds(5)).WaitAsync(EngineTest.Deadline);

        Assert.EndsWith("/containers/web/stop?t=5", Assert.Single(world.Posts()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_by_kill_of_a_deaf_process_ends_with_sigkill()
    {
        await using var world = new World();
        var container = world.Engine.Containers.Add(new FakeContainer("web") { State = "running", IgnoresSignals = true });
        await world.Provider.StopAsync(Web, "INT", TimeSpan.FromMilliseconds(50)).WaitAsync(EngineTest.Deadline);

        Assert.Equal("exited", container.State);
        Assert.Equal(["/kill?signal=SIGINT", "/kill?signal=SIGKILL"], world.Posts().Select(post => post[post.LastIndexOf('/')..]));
    }

    [Fact]
    public async Task StopAsync_by_kill_with_a_restart_policy_stays_stopped()
    {
        await using var world = new World();
        var container = world.Engine.Containers.Add(
            new FakeContainer("web") { State = "running", RestartPolicy = "always", StopSignal = "SIGTERM" });
        await world.Provider.StopAsync(Web, "INT", TimeSpan.FromSeconds(5)).WaitAsync(EngineTest.Deadline);

        Assert.Equal("exited", container.State);
        Assert.Equal(1, container.RestartCount);
        Assert.EndsWith("/stop?t=0", world.Posts()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_by_kill_of_a_paused_container_stops_it()
    {
        await using var world = new World();
        var container = world.Engine.Containers.Add(new FakeContainer("web") { State = "paused", StopSignal = "SIGTERM" });
        await world.Provider.StopAsync(Web, "INT", TimeSpan.FromMilliseconds(50)).WaitAsync(EngineTest.Deadline);

        // The signal is pending until the process is thawed.
        Assert.Equal("exited", container.State);
        Assert.Equal(["/kill?signal=SIGINT", "/unpause"], world.Posts().Take(2).Select(post => post[post.LastIndexOf('/')..]));
    }

    [Fact]
    public async Task StopAsync_by_kill_of_a_container_that_removes_itself_is_success()
    {
        await using var world = new World();
        world.Engine.Containers.Add(new FakeContainer("web") { State = "running", AutoRemove = true });
        await world.Provider.StopAsync(Web, "INT").WaitAsync(EngineTest.Deadline);
        Assert.Equal(ContainerStatus.Missing, await world.Provider.GetStatusAsync(Web));
    }

    [Fact]
    public async Task StopAsync_stopped_container_with_a_signal_is_success_and_nothing_is_sent()
    {
        await using var world = new World();
        world.Engine.Containers.Add("web", "exited");
        await world.Provider.StopAsync(Web, "INT");
        Assert.Empty(world.Posts());
    }

    [Fact]
    public async Task Signals_and_times_are_refused_at_the_door()
    {
        await using var world = new World();
        await Assert.ThrowsAsync<ArgumentException>("signal", () => world.Provider.StopAsync(Web, "NOPE"));
        await Assert.ThrowsAsync<ArgumentException>("signal", () => world.Provider.KillAsync(Web, "9&t=0"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("timeout", () => world.Provider.StopAsync(Web, null, TimeSpan.FromSeconds(-2)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("port", () => world.Provider.GetEndpointAsync(Web, 0));
        await Assert.ThrowsAsync<ArgumentException>(() => world.Provider.StartAsync(new ContainerId("a/../b")));
        Assert.Empty(world.Engine.Requests);
    }

    [Fact]
    public async Task StartAsync_cancelled_carries_the_callers_token()
    {
        await using var world = new World();
        world.Engine.Faults.Calls = Fault.WithholdHeaders();
        using var cancellation = new CancellationTokenSource();
        var start = world.Provider.StartAsync(Web, cancellation.Token);
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(EngineTest.Deadline));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task DisposeAsync_only_an_engine_of_its_own()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await new DockerContainerProvider(client).DisposeAsync();
        await client.PingAsync();

        var provider = new DockerContainerProvider(new DockerEngineOptions { Endpoint = engine.Endpoint });
        await provider.ListAsync();
        await provider.DisposeAsync();
        await provider.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => provider.ListAsync());
    }

    [Fact]
    public async Task CreateWatcher_sees_what_the_provider_does()
    {
        await using var engine = new FakeEngine();
        await using var provider = new DockerContainerProvider(new DockerEngineOptions { Endpoint = engine.Endpoint });
        engine.Containers.Add("web", "exited");
        using var cancellation = new CancellationTokenSource();
        var stream = provider.CreateWatcher().Watch(cancellation.Token);
        await stream.Ready.WaitAsync(EngineTest.Deadline);
        await provider.StartAsync(Web);

        Assert.Equal("start web", (await stream.Events.ReadAsync().AsTask().WaitAsync(EngineTest.Deadline)).ToString());
        await cancellation.CancelAsync();
        await stream.Completion.WaitAsync(EngineTest.Deadline);
    }

    private static long EngineClockNano(World world, TimeSpan offset) =>
        (world.Engine.Clock.Now + offset - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private sealed class World : IAsyncDisposable
    {
        public World(string flavour = nameof(EngineFlavour.Moby20))
        {
            Engine = new FakeEngine(new FakeEngineOptions { Flavour = Enum.Parse<EngineFlavour>(flavour) });
            Client = Engine.Client();
            Provider = new DockerContainerProvider(Client);
        }

        public FakeEngine Engine { get; }

        public DockerEngine Client { get; }

        public DockerContainerProvider Provider { get; }

        public List<string> Posts() => [.. Engine.Requests.Where(r => r.Method == "POST").Select(r => r.RawTarget)];

        public async Task WaitForEventAsync(string action)
        {
            await using var stream = await Client.OpenAsync(since: 0);
            while ((await stream.NextAsync()).Action != action)
            {
                // The next one, then.
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Engine.DisposeAsync();
        }
    }
}

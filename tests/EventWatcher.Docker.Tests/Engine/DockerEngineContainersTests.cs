namespace EventWatcher.Docker.Tests;

public sealed class DockerEngineContainersTests : IAsyncLifetime
{
    private readonly FakeEngine _engine = new();
    private DockerEngine _client = null!;

    public Task InitializeAsync()
    {
        _client = _engine.Client();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task ListContainersAsync_all_or_running_or_filtered()
    {
        _engine.Containers.Add(new FakeContainer("web") { State = "running", Labels = { ["role"] = "a b&c" } });
        _engine.Containers.Add("old", "exited");

        Assert.Equal(2, (await _client.ListContainersAsync()).Count);
        Assert.Equal("web", Assert.Single(await _client.ListContainersAsync(new DockerListRequest { All = false })).Name);
        var found = Assert.Single(await _client.ListContainersAsync(new DockerListRequest
        {
            Filters = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["label"] = ["role=a b&c"] },
        }));
        Assert.Equal("running", found.State);
        Assert.Equal("eventwatcher/busybox", found.Image);
        Assert.Equal("a b&c", found.Labels["role"]);
        Assert.Equal(FakeContainer.IdFor("web"), found.Id);
    }

    [Fact]
    public async Task KillContainerAsync_connection_closed_without_answer_is_not_sent_twice()
    {
        _engine.Containers.Add("web", "running");
        _engine.Faults.Next(1, new Fault { NoAnswer = true }, request => request.Method == "POST");

        await Assert.ThrowsAsync<DockerUnreachableException>(() => _client.KillContainerAsync("web", "SIGHUP"));

        Assert.Single(_engine.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task InspectContainerAsync_by_name_or_id_or_beginning()
    {
        var web = _engine.Containers.Add(new FakeContainer("web") { State = "running", StopSignal = "SIGINT", StopTimeout = 3, RestartPolicy = "always", Health = "healthy" });
        foreach (var id in new[] { "web", "/web", web.Id, web.Id[..12] })
        {
            var details = await _client.InspectContainerAsync(id);
            Assert.Equal(web.Id, details.Id);
            Assert.Equal("web", details.Name);
            Assert.Equal("SIGINT", details.StopSignal);
            Assert.Equal(TimeSpan.FromSeconds(3), details.StopTimeout);
            Assert.True(details.HasRestartPolicy);
            Assert.Equal("healthy", details.State.Health);
            Assert.True(details.State.Running);
            Assert.Equal(web.StartedAt, details.State.StartedAt);
            Assert.Null(details.State.FinishedAt);
        }

        await Assert.ThrowsAsync<DockerNotFoundException>(() => _client.InspectContainerAsync("nobody"));
    }

    [Fact]
    public async Task Start_and_stop_say_whether_anything_was_done()
    {
        _engine.Containers.Add("web", "created");

        Assert.True(await _client.StartContainerAsync("web"));
        Assert.False(await _client.StartContainerAsync("web"));
        Assert.True(await _client.StopContainerAsync("web"));
        Assert.False(await _client.StopContainerAsync("web"));
    }

    [Fact]
    public async Task Kill_pause_and_unpause_do_or_conflict()
    {
        _engine.Containers.Add("web");

        await _client.PauseContainerAsync("web");
        await Assert.ThrowsAsync<DockerConflictException>(() => _client.PauseContainerAsync("web"));
        await Assert.ThrowsAsync<DockerConflictException>(() => _client.StartContainerAsync("web"));
        await _client.UnpauseContainerAsync("web");
        await Assert.ThrowsAsync<DockerServerException>(() => _client.UnpauseContainerAsync("web"));
        _engine.Faults.Next(1, new Fault { Status = 204 });
        await _client.KillContainerAsync("web", "rtmin+1");
        Assert.EndsWith("/kill?signal=SIGRTMIN%2B1", _engine.Requests[^1].RawTarget, StringComparison.Ordinal);
        await _client.KillContainerAsync("web");
        await Assert.ThrowsAsync<DockerConflictException>(() => _client.KillContainerAsync("web"));
    }

    [Fact]
    public async Task StopContainerAsync_timeout_is_rounded_up_and_sent()
    {
        _engine.Containers.Add("web");
        await _client.StopContainerAsync("web", "INT", TimeSpan.FromMilliseconds(1500));

        var query = _engine.Requests[^1].Query;
        Assert.Equal("2", query["t"]);
        Assert.Equal("SIGINT", query["signal"]);

        await _client.StopContainerAsync("web", signal: null, Timeout.InfiniteTimeSpan);
        Assert.Equal("-1", _engine.Requests[^1].Query["t"]);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _client.StopContainerAsync("web", null, TimeSpan.FromSeconds(-2)));
    }

    [Fact]
    public async Task StopContainerAsync_may_take_its_own_time_on_top_of_the_calls()
    {
        var died = new TaskCompletionSource();
        _engine.Containers.Add(new FakeContainer("slow") { State = "running", StopTimeout = 1, BeforeDeath = () => died.Task });
        await using var client = _engine.Client(options => options.Timeout = options.ActionTimeout = TimeSpan.FromMilliseconds(200));

        // The stop's own second and the action's fifth have passed, but for the timers' granularity.
        var began = TimeProvider.System.GetTimestamp();
        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.StopContainerAsync("slow"));
        Assert.Equal(DockerUnreachableReason.TimedOut, exception.Reason);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(1.1));
        died.SetResult();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("a/b")]
    [InlineData("web/../../images")]
    [InlineData("web?all=1")]
    [InlineData("web%2f")]
    [InlineData("-web")]
    public async Task InspectContainerAsync_what_no_container_is_called_is_never_sent(string id)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => _client.InspectContainerAsync(id));
        Assert.Empty(_engine.Requests);
    }
}

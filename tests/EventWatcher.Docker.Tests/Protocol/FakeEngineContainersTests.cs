using System.Text.Json;

namespace EventWatcher.Docker.Tests;

public sealed class FakeEngineContainersTests
{
    [Theory]
    [InlineData(nameof(EngineFlavour.Moby20), "POST", "stop", "kill,die,stop")]
    [InlineData(nameof(EngineFlavour.Moby20), "POST", "kill", "kill,die")]
    [InlineData(nameof(EngineFlavour.Moby20), "POST", "restart", "kill,die,stop,start,restart")]
    [InlineData(nameof(EngineFlavour.Moby20), "POST", "pause", "pause")]
    [InlineData(nameof(EngineFlavour.Moby20), "POST", "rename?name=new", "rename")]
    [InlineData(nameof(EngineFlavour.Moby20), "DELETE", "?force=1", "kill,die,destroy")]
    [InlineData(nameof(EngineFlavour.Podman43), "POST", "stop", "die,cleanup")]
    [InlineData(nameof(EngineFlavour.Podman43), "POST", "restart", "restart,die,init,start")]
    [InlineData(nameof(EngineFlavour.Podman43), "DELETE", "?force=1", "stop,die,remove")]
    [InlineData(nameof(EngineFlavour.PodmanDied), "POST", "kill", "kill,died")]
    public async Task Operation_on_a_running_container_is_a_204_with_the_engines_order_of_events(string flavour, string method, string operation, string expected)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Flavour = Enum.Parse<EngineFlavour>(flavour) });
        using var client = new EngineClient(engine);
        engine.Containers.Add("web");
        var slash = operation.StartsWith('?') ? "" : "/";
        var (status, body) = await client.SendAsync(method, $"/v1.41/containers/web{slash}{operation}");

        Assert.Equal((204, ""), (status, body));
        Assert.Equal(expected, string.Join(',', engine.Ring.Select(e => e.Action)));
    }

    [Theory]
    [InlineData("POST", "/containers/none/start", 404, "No such container: none")]
    [InlineData("GET", "/containers/none/json", 404, "No such container: none")]
    [InlineData("GET", "/nonsense", 404, "page not found")]
    [InlineData("POST", "/containers/run/start", 304, null)]
    [InlineData("POST", "/containers/off/stop", 304, null)]
    [InlineData("POST", "/containers/off/kill", 409, "cannot kill container: off: container ")]
    [InlineData("POST", "/containers/run/kill?signal=NOPE", 400, "invalid signal: NOPE")]
    [InlineData("POST", "/containers/off/pause", 409, " is not running")]
    [InlineData("POST", "/containers/paused/pause", 409, " is already paused")]
    [InlineData("POST", "/containers/run/unpause", 500, " is not paused")]
    [InlineData("POST", "/containers/paused/start", 409, "cannot start a paused container, try unpause instead")]
    [InlineData("POST", "/containers/missing/start", 400, "executable file not found in $PATH")]
    [InlineData("POST", "/containers/run/rename?name=off", 409, "The container name \"/off\" is already in use by container")]
    [InlineData("POST", "/containers/run/stop?t=x", 400, "invalid syntax")]
    [InlineData("DELETE", "/containers/run", 409, "stop the container before removing or force remove")]
    public async Task Refused_operation_has_the_engines_status_and_text_and_no_event(string method, string path, int expected, string? message)
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Containers.Add("run");
        engine.Containers.Add("off", "exited");
        engine.Containers.Add("paused", "paused");
        engine.Containers.Add(new FakeContainer("missing") { BinaryMissing = true });
        var (status, body) = await client.SendAsync(method, path);

        Assert.Equal(expected, status);
        Assert.Contains(message ?? "", body.Length == 0 ? "" : JsonDocument.Parse(body).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(engine.Ring);
    }

    [Fact]
    public async Task Stop_of_one_that_ignores_the_signal_takes_t_and_kills()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Containers.Add(new FakeContainer("deaf") { State = "running", IgnoresSignals = true });

        Assert.Equal(204, (await client.SendAsync("POST", "/containers/deaf/stop?t=0")).Status);
        Assert.Equal(["15", "9"], engine.Ring.Where(e => e.Action == "kill").Select(e => e.Attributes["signal"]));
        Assert.Equal("137", engine.Ring.Single(e => e.Action == "die").Attributes["exitCode"]);
    }

    [Theory]
    [InlineData("/v1.41", "15")]
    [InlineData("/v1.42", "2")]
    public async Task Stop_looks_at_the_signal_from_api_1_42_on(string version, string expected)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Flavour = EngineFlavour.Moby28 });
        using var client = new EngineClient(engine);
        engine.Containers.Add("web");
        await client.SendAsync("POST", version + "/containers/web/stop?signal=SIGINT");

        Assert.Equal(expected, engine.Ring[0].Attributes["signal"]);
        Assert.Equal("0", engine.Ring[1].Attributes["execDuration"]);
    }

    [Theory]
    [InlineData("always", "SIGTERM", "/kill?signal=INT", "kill,die,start")]
    [InlineData("always", "SIGTERM", "/stop", "kill,die,stop")]
    [InlineData("always", null, "/kill?signal=INT", "kill,die")]
    [InlineData("unless-stopped", "SIGTERM", "/kill?signal=INT", "kill,die")]
    public async Task Restart_policy_applies_as_in_the_engine(string policy, string? stopSignal, string operation, string expected)
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Containers.Add(new FakeContainer("web") { State = "running", RestartPolicy = policy, StopSignal = stopSignal });
        await client.SendAsync("POST", "/containers/web" + operation);

        Assert.Equal(expected, string.Join(',', engine.Ring.Select(e => e.Action)));
    }

    [Fact]
    public async Task Containers_that_end_by_themselves_restart_or_are_removed_by_their_policy()
    {
        await using var engine = new FakeEngine();
        var web = engine.Containers.Add(new FakeContainer("web") { State = "running", RestartPolicy = "on-failure" });
        var once = await engine.Containers.CreateAsync(new FakeContainer("once") { State = "running", AutoRemove = true, Labels = { ["exitCode"] = "77" } });
        await engine.Containers.ExitAsync(web, 1);
        await engine.Containers.OutOfMemoryAsync(once);
        await engine.Containers.SetHealthAsync(web, "healthy");
        await engine.Containers.ExecAsync(web, "true");

        Assert.Equal(
            ["create", "die", "start", "oom", "die", "destroy", "health_status: healthy", "exec_create: true", "exec_start: true", "exec_die"],
            engine.Ring.Select(e => e.Action));
        Assert.Equal("77", engine.Ring.Single(e => e.Action == "die" && e.Name == "once").Attributes["exitCode"]);
    }

    [Fact]
    public async Task List_and_inspect_show_the_state()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        var web = engine.Containers.Add(new FakeContainer("web") { State = "running", Labels = { ["role"] = "web" } });
        engine.Containers.Add("off", "exited");

        Assert.Equal(["web"], await NamesAsync(""));
        Assert.Equal(["off", "web"], await NamesAsync("?all=1"));
        Assert.Equal(["off"], await NamesAsync("?filters=" + Uri.EscapeDataString("""{"status":["exited"]}""")));
        Assert.Equal(["web"], await NamesAsync("?all=true&filters=" + Uri.EscapeDataString("""{"label":["role=web"]}""")));

        var state = JsonDocument.Parse((await client.SendAsync("GET", $"/containers/{web.Id[..12]}/json")).Body).RootElement.GetProperty("State");
        Assert.True(state.GetProperty("Running").GetBoolean());

        async Task<string[]> NamesAsync(string query)
        {
            var (_, body) = await client.SendAsync("GET", "/containers/json" + query);
            return [.. JsonDocument.Parse(body).RootElement.EnumerateArray().Select(c => c.GetProperty("Names")[0].GetString()![1..]).Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public async Task StopBeforeDie_turns_the_two_round()
    {
        await using var engine = new FakeEngine();
        engine.Containers.Add("web");
        engine.Containers.StopBeforeDie = true;
        await engine.Containers.StopAsync("web", seconds: null, signal: null);

        Assert.Equal(["kill", "stop", "die"], engine.Ring.Select(e => e.Action));
    }
}

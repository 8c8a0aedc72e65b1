namespace EventWatcher.Docker.Tests;

public sealed class DockerEngineVersionTests
{
    [Theory]
    [InlineData("1.24", "1.24")]
    [InlineData("1.41", "1.41")]
    [InlineData("1.9", null)]
    [InlineData("1.23", null)]
    [InlineData("1.52", "1.52")]
    [InlineData("1.99", "1.52")]
    [InlineData("2.0", "1.52")]
    [InlineData("nonsense", "1.24")]
    [InlineData("", "1.24")]
    public async Task PingAsync_version_is_the_newest_of_both(string server, string? expected)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { ApiVersion = server });
        await using var client = engine.Client();
        if (expected is null)
        {
            var exception = await Assert.ThrowsAsync<DockerProtocolException>(() => client.PingAsync());
            Assert.Contains(server, exception.Message, StringComparison.Ordinal);
            return;
        }

        var ping = await client.PingAsync();
        Assert.Equal(expected, ping.ApiVersion.ToString());
        Assert.Equal(server.Length == 0 ? null : server, ping.ServerApiVersion);
    }

    [Fact]
    public async Task PingAsync_says_what_the_engine_is()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        var ping = await client.PingAsync();

        Assert.Equal("Docker/20.10.24 (linux)", ping.Server);
        Assert.Equal("linux", ping.OperatingSystem);
        Assert.Null(ping.LibpodVersion);
        Assert.False(ping.SupportsStopSignal);
        Assert.InRange((ping.EngineTime!.Value - TimeProvider.System.GetUtcNow()).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(nameof(EngineFlavour.Moby20), false)]
    [InlineData(nameof(EngineFlavour.Moby28), true)]
    [InlineData(nameof(EngineFlavour.Podman43), false)]
    public async Task SupportsStopSignal_only_newer_docker_does(string flavour, bool expected)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Flavour = Enum.Parse<EngineFlavour>(flavour) });
        await using var client = engine.Client();
        Assert.Equal(expected, (await client.PingAsync()).SupportsStopSignal);
    }

    [Fact]
    public async Task ListContainersAsync_version_is_asked_for_once()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await client.ListContainersAsync();
        await client.ListContainersAsync();
        await using var stream = await client.OpenAsync();

        Assert.Single(engine.Requests, r => r.Path == "/_ping");
        Assert.All(engine.Requests.Where(r => r.Path != "/_ping"), r => Assert.Equal("1.41", r.Version));
    }

    [Theory]
    [InlineData("1.52", "1.44", "1.41", "1.24")]
    [InlineData("1.41", "1.24", "1.52", "1.44")]
    public async Task ListContainersAsync_engine_replaced_behind_its_socket_is_renegotiated(string before, string minBefore, string after, string minAfter)
    {
        await using var first = new FakeEngine(new FakeEngineOptions { ApiVersion = before, MinApiVersion = minBefore });
        await using var client = first.Client();
        await client.ListContainersAsync();
        await first.StopAsync();
        await using var second = new FakeEngine(new FakeEngineOptions { ApiVersion = after, MinApiVersion = minAfter });
        File.CreateSymbolicLink(first.SocketPath, second.SocketPath);
        second.Containers.Add("web");

        Assert.Equal("web", Assert.Single(await client.ListContainersAsync()).Name);
        await using var stream = await client.OpenAsync();
        Assert.Equal(after, second.Requests[^1].Version);
    }

    [Theory]
    [InlineData("client version 1.24 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version", "1.44")]
    [InlineData("client version 1.24 is too new. Maximum supported API version is 1.30", "1.30")]
    public async Task ListContainersAsync_ping_without_version_is_helped_by_the_error(string text, string version)
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { ApiVersion = "", MinApiVersion = "1.1" });
        engine.Faults.Next(1, Fault.Answer(400, text), r => r.Version == "1.24");
        engine.Faults.Next(1, Fault.NotJson(200, "[]"), r => r.Version == version);
        await using var client = engine.Client();

        Assert.Empty(await client.ListContainersAsync());
        Assert.Equal(version, engine.Requests[^1].Version);
    }

    [Fact]
    public async Task ListContainersAsync_engine_of_the_far_future_is_said_to_be()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { ApiVersion = "1.99", MinApiVersion = "1.77" });
        await using var client = engine.Client();

        var exception = await Assert.ThrowsAsync<DockerProtocolException>(() => client.ListContainersAsync());
        Assert.Contains("1.77", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PingAsync_what_is_no_engine_is_said_to_be_none()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { ApiVersion = "" });
        await using var client = engine.Client();
        engine.Faults.Next(1, Fault.NotJson());

        var exception = await Assert.ThrowsAsync<DockerProtocolException>(() => client.PingAsync());
        Assert.Contains("is no Docker engine", exception.Message, StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class DockerAddressFinderTests
{
    private const string Bridge = "\"Networks\":{\"bridge\":{\"IPAddress\":\"172.17.0.2\"}}";

    [Theory]
    [InlineData("bridge", """{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}""", "127.0.0.1:8080")]
    [InlineData("bridge", """{"80/tcp":[{"HostIp":"::","HostPort":"8080"}]}""", "[::1]:8080")]
    [InlineData("bridge", """{"80/tcp":[{"HostIp":"::","HostPort":"8081"},{"HostIp":"0.0.0.0","HostPort":"8080"}]}""", "127.0.0.1:8080")]
    [InlineData("bridge", """{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}""", "127.0.0.1:8080")]
    [InlineData("bridge", """{"80/tcp":[{"HostIp":"127.0.0.5","HostPort":"8080"}]}""", "127.0.0.5:8080")]
    [InlineData("bridge", """{"80/tcp":[{"HostIp":"192.0.2.1","HostPort":"8080"}]}""", "192.0.2.1:8080")]
    [InlineData("bridge", """{"80/udp":[{"HostIp":"0.0.0.0","HostPort":"8081"}],"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}""", "127.0.0.1:8080")]
    [InlineData("bridge", """{"80/udp":[{"HostIp":"0.0.0.0","HostPort":"8081"}]}""", "127.0.0.1:8081")]
    [InlineData("bridge", """{"80/tcp":null}""", "172.17.0.2:80")]
    [InlineData("bridge", """{"81/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}""", "172.17.0.2:80")]
    [InlineData("host", "{}", "127.0.0.1:80")]
    public async Task FindAsync_on_this_machine(string mode, string ports, string expected) =>
        Assert.Equal(expected, await FindAsync("unix:///x", Json(mode, $"\"Ports\":{ports},{Bridge}")));

    [Theory]
    [InlineData("tcp://192.0.2.9", """{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}""", "192.0.2.9:8080")]
    [InlineData("https://engine:2376", """{"80/tcp":[{"HostIp":"::","HostPort":"8080"}]}""", "Unspecified/engine:8080")]
    [InlineData("tcp://192.0.2.9", """{"80/tcp":[{"HostIp":"192.0.2.10","HostPort":"8080"}]}""", "192.0.2.10:8080")]
    [InlineData("tcp://192.0.2.9", """{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]}""", "172.17.0.2:80")]
    [InlineData("tcp://localhost:2375", """{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}""", "127.0.0.1:8080")]
    [InlineData("my own engine", """{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}""", "127.0.0.1:8080")]
    public async Task FindAsync_on_the_engines_machine(string engine, string ports, string expected) =>
        Assert.Equal(expected, await FindAsync(engine, Json("bridge", $"\"Ports\":{ports},{Bridge}")));

    [Theory]
    [InlineData("none", "running", "\"Networks\":{\"none\":{\"IPAddress\":\"\"}}")]
    [InlineData("bridge", "exited", Bridge)]
    [InlineData("bridge", "restarting", Bridge)]
    public async Task FindAsync_without_an_address_is_a_conflict(string mode, string state, string settings) =>
        await Assert.ThrowsAsync<ContainerConflictException>(() => FindAsync("unix:///x", Json(mode, settings, state)));

    [Fact]
    public async Task FindAsync_network_of_another_container_is_asked_of_that_one() => Assert.Equal(
        "172.17.0.2:80", await FindAsync("unix:///x", Json("container:other", "\"Networks\":{}"), Json("bridge", Bridge)));

    [Fact]
    public async Task FindAsync_networks_in_a_circle_are_a_conflict() => await Assert.ThrowsAsync<ContainerConflictException>(
        () => FindAsync("unix:///x", [.. Enumerable.Repeat(Json("container:other", "\"Networks\":{}"), 10)]));

    private static async Task<string> FindAsync(string name, params string[] answers)
    {
        await using var engine = new FakeEngine();
        foreach (var answer in answers)
        {
            engine.Faults.Next(1, new Fault { Status = 200, Body = Encoding.UTF8.GetBytes(answer) }, r => r.Path.StartsWith("/containers/", StringComparison.Ordinal));
        }

        await using var client = new RenamedEngine(engine.Client(), name);
        EndPoint found = await new DockerContainerProvider(client).GetEndpointAsync(new ContainerId("web"), 80);
        return found.ToString()!;
    }

    private static string Json(string mode, string settings, string state = "running") =>
        $"{{\"Id\":\"abc\",\"State\":{{\"Status\":\"{state}\"}},\"HostConfig\":{{\"NetworkMode\":\"{mode}\"}},\"NetworkSettings\":{{{settings}}}}}";

    /// <summary>An engine that is elsewhere by name only.</summary>
    private sealed class RenamedEngine(IDockerEngine inner, string name) : IDockerEngine
    {
        public string Name => name;

        public Task<DockerPing> PingAsync(CancellationToken cancellationToken = default) => inner.PingAsync(cancellationToken);

        public Task<IDockerEventStream> OpenEventsAsync(DockerEventsRequest request, CancellationToken cancellationToken = default) =>
            inner.OpenEventsAsync(request, cancellationToken);

        public Task<IReadOnlyList<DockerContainer>> ListContainersAsync(DockerListRequest? request = null, CancellationToken cancellationToken = default) =>
            inner.ListContainersAsync(request, cancellationToken);

        public Task<DockerContainerDetails> InspectContainerAsync(string id, CancellationToken cancellationToken = default) =>
            inner.InspectContainerAsync(id, cancellationToken);

        public Task<bool> StartContainerAsync(string id, CancellationToken cancellationToken = default) => inner.StartContainerAsync(id, cancellationToken);

        public Task<bool> StopContainerAsync(string id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
            inner.StopContainerAsync(id, signal, timeout, cancellationToken);

        public Task KillContainerAsync(string id, string? signal = null, CancellationToken cancellationToken = default) =>
            inner.KillContainerAsync(id, signal, cancellationToken);

        public Task PauseContainerAsync(string id, CancellationToken cancellationToken = default) => inner.PauseContainerAsync(id, cancellationToken);

        public Task UnpauseContainerAsync(string id, CancellationToken cancellationToken = default) => inner.UnpauseContainerAsync(id, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

using System.Net;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>The gateway sample on a Proxmox VE cluster, as its user has it: tags on guests, and nothing else.</summary>
public sealed class IdleGatewayProxmoxTests : IAsyncLifetime
{
    private readonly FakeCluster _cluster = new();
    private readonly string _token = Path.GetTempFileName();
    private readonly int _listen = FreePort.OfTcp();

    public Task InitializeAsync() => File.WriteAllTextAsync(_token, _cluster.Server.Token);

    public async Task DisposeAsync()
    {
        File.Delete(_token);
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Tagged_guest_wakes_on_a_request_for_its_host_and_sleeps_again()
    {
        var port = FreePort.OfTcp();
        _cluster.Server.AddGuest("lxc", 101, "web", tags: $"eventwatcher-idle-idle-timeout.1s;eventwatcher-idle-host.app.localhost;eventwatcher-idle-port.{port}");
        await using var gateway = Start("--proxmox-fingerprint", _cluster.Server.Fingerprint);
        await gateway.WaitForLineAsync(static line => line.Contains("Application started", StringComparison.Ordinal));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{_listen}"), Timeout = Deadline.Generous };
        await Deadline.UntilAsync(async () => (await GetAsync(client, "nobody.localhost")).Status == HttpStatusCode.NotFound, static () => "the guests to be listed");
        Assert.Equal("stopped", _cluster.Status(101));

        for (var round = 0; round < 2; round++)
        {
            var booting = _cluster.BootAsync(101, port);
            var answer = await GetAsync(client, "app.localhost");

            Assert.Equal((HttpStatusCode.OK, await booting), answer);
            await _cluster.EndAsync(101);
        }

        gateway.Signal(Posix.SigTerm);
        Assert.Equal((0, ""), await gateway.EndAsync());
    }

    [Fact]
    public async Task Wrong_fingerprint_is_said_and_no_secret_with_it()
    {
        await using var gateway = Start("--proxmox-fingerprint", new string('A', 64));

        var line = await gateway.WaitForLineAsync(static line => line.Contains("fingerprint", StringComparison.Ordinal));
        gateway.Signal(Posix.SigTerm);
        await gateway.EndAsync();

        Assert.Contains(_cluster.Server.Fingerprint, line, StringComparison.Ordinal);
        Assert.Empty(_cluster.Server.Requests);
        Assert.DoesNotContain(gateway.Lines, said => said.Contains(_cluster.Server.Token.Split('=')[1], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--proxmox-token-file and --proxmox-fingerprint need --proxmox", "--proxmox-fingerprint", "AA")]
    [InlineData("--docker off needs --proxmox", "--docker", "off")]
    [InlineData("ProxmoxWatcherOptions.Fingerprint", "--proxmox", "https://localhost:1", "--proxmox-token-file", "/dev/null", "--proxmox-fingerprint", "AA")]
    public async Task Arguments_that_are_wrong_are_refused(string problem, params string[] arguments)
    {
        await using var gateway = SampleProcess.IdleGateway([.. arguments, "--urls", $"http://127.0.0.1:{_listen}"]);

        var (code, errors) = await gateway.EndAsync();

        Assert.Equal(2, code);
        Assert.StartsWith(problem, errors, StringComparison.Ordinal);
    }

    private SampleProcess Start(params string[] more) => SampleProcess.IdleGateway(
        ["--proxmox", _cluster.Server.Endpoint.ToString(), "--proxmox-token-file", _token, "--urls", $"http://127.0.0.1:{_listen}", .. more]);

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(HttpClient client, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = host;
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

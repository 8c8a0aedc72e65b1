using System.Globalization;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxClientFaultTests : ProxmoxTest
{
    private static readonly GuestId Web = new(GuestKind.Lxc, 101);

    [Theory]
    [InlineData(595)]
    [InlineData(596)]
    public async Task Node_that_is_gone_is_named(int status)
    {
        Server.AddGuest("lxc", 101, "web", node: "pve2");
        Server.LoseNode("pve2", status);
        await using var client = NewClient();

        var exception = await Assert.ThrowsAsync<ProxmoxNodeUnreachableException>(() => client.GetStatusAsync("pve2", Web, default));

        Assert.Equal("pve2", exception.Node);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), exception.Message, StringComparison.Ordinal);
        AssertHasNoSecret(exception);
    }

    [Fact]
    public async Task Node_that_left_the_cluster_is_named()
    {
        await using var client = NewClient();

        Assert.Equal("nosuch", (await Assert.ThrowsAsync<ProxmoxNodeUnreachableException>(() => client.GetStatusAsync("nosuch", Web, default))).Node);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Guest_that_is_missing_is_not_found(bool isMessageInBody)
    {
        await using var server = new FakeProxmox(new FakeProxmoxOptions { HasMessageInBody = isMessageInBody });
        await using var client = new ProxmoxClient(Connection(fingerprint: server.Fingerprint) with { Endpoint = server.Endpoint }, Time);

        var exception = await Assert.ThrowsAsync<ProxmoxNotFoundException>(() => client.GetStatusAsync("pve1", Web, default));

        Assert.Contains("nodes/pve1/lxc/101.conf", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_of_a_running_guest_is_already_in_state()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await using var client = NewClient();

        await Assert.ThrowsAsync<ProxmoxAlreadyInStateException>(() => client.ActAsync("pve1", Web, "start", [], default));
    }

    [Theory]
    [InlineData("backup", null, typeof(ProxmoxLockedException))]
    [InlineData(null, "command 'systemctl start pve-container@101' failed: exit code 1", typeof(ProxmoxTaskFailedException))]
    public async Task Task_that_fails_says_why(string? lockedBy, string? outcome, Type expected)
    {
        Server.AddGuest("lxc", 101, "web");
        Server.SetGuest(101, lockedBy: lockedBy, startOutcome: outcome);
        await using var client = NewClient();

        var exception = await Record.ExceptionAsync(() => Run(StartAsync(client, Web)));

        Assert.IsType(expected, exception);
        Assert.Contains(lockedBy ?? outcome!, exception.Message, StringComparison.Ordinal);
        Assert.Equal(lockedBy ?? "", exception is ProxmoxLockedException locked ? locked.LockedBy : "");
    }

    [Fact]
    public async Task Task_of_a_missing_guest_is_not_found()
    {
        await using var client = NewClient();

        await Assert.ThrowsAsync<ProxmoxNotFoundException>(() => Run(StartAsync(client, Web)));
    }

    [Theory]
    [InlineData("OK")]
    [InlineData("WARNINGS: 2")]
    public async Task Task_with_warnings_is_a_success(string outcome)
    {
        Server.AddGuest("lxc", 101, "web");
        Server.SetGuest(101, startOutcome: outcome == "OK" ? "" : outcome);
        await using var client = NewClient();

        Assert.Equal(outcome, await Run(StartAsync(client, Web)));
    }

    [Fact]
    public async Task Method_that_is_not_there_is_a_matter_of_protocol()
    {
        Server.Inject(FakeProxmoxFault.Answer(501, "Method 'GET /cluster/resources' not implemented"));
        await using var client = NewClient();

        Assert.Contains("501", (await Assert.ThrowsAsync<ProxmoxProtocolException>(() => client.GetResourcesAsync(default))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Welcome to nginx</html>")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{"not":"a list"}}""")]
    [InlineData("")]
    public async Task Answer_that_is_something_else_is_a_matter_of_protocol(string body)
    {
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", body));
        await using var client = NewClient();

        var exception = await Assert.ThrowsAsync<ProxmoxProtocolException>(() => client.GetResourcesAsync(default));

        Assert.Contains("Is it a Proxmox VE node", exception.Message, StringComparison.Ordinal);
        AssertHasNoSecret(exception);
    }

    [Fact]
    public async Task Body_cut_half_way_is_a_lost_connection()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.Inject(FakeProxmoxFault.CutBody);
        await using var client = NewClient();

        var exception = await Assert.ThrowsAsync<ProxmoxUnreachableException>(() => client.GetResourcesAsync(default));

        Assert.Equal(ProxmoxUnreachableReason.ConnectionLost, exception.Reason);
    }

    [Fact]
    public async Task Post_whose_connection_is_lost_is_not_sent_again()
    {
        Server.AddGuest("lxc", 101, "web");
        await using var client = NewClient();

        // A connection that was used before is the one on which a handler would repeat.
        await client.GetResourcesAsync(default);
        Server.Inject(FakeProxmoxFault.AnswerLost, "/status/start");

        var exception = await Assert.ThrowsAsync<ProxmoxUnreachableException>(() => client.ActAsync("pve1", Web, "start", [], default));

        Assert.Equal(ProxmoxUnreachableReason.ConnectionLost, exception.Reason);
        Assert.Single(Server.Requests, static request => request.Method == "POST");
    }

    [Fact]
    public async Task Silence_is_a_time_out()
    {
        Server.Inject(FakeProxmoxFault.Silence);
        await using var client = NewClient();

        var call = client.GetResourcesAsync(default);
        await Eventually.TrueAsync(() => Server.Delayed > 0);
        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ProxmoxUnreachableReason.TimedOut, (await Assert.ThrowsAsync<ProxmoxUnreachableException>(() => call)).Reason);
    }

    [Fact]
    public async Task Nobody_listening_is_refused()
    {
        await Server.GoAwayAsync();
        await using var client = NewClient();

        var exception = await Assert.ThrowsAsync<ProxmoxUnreachableException>(() => client.GetResourcesAsync(default));

        Assert.Equal(ProxmoxUnreachableReason.Refused, exception.Reason);
        AssertHasNoSecret(exception);
    }

    [Fact]
    public async Task Host_unknown_says_so()
    {
        await using var client = new ProxmoxClient(Connection() with { Endpoint = new Uri("https://no-such-host.invalid:8006") }, Time);

        Assert.Equal(ProxmoxUnreachableReason.UnknownHost, (await Assert.ThrowsAsync<ProxmoxUnreachableException>(() => client.GetResourcesAsync(default))).Reason);
    }

    [Fact]
    public async Task Refusal_with_details_shows_them()
    {
        ChecksRequests = false;
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await using var client = NewClient();

        var exception = await Assert.ThrowsAsync<ProxmoxServerException>(() => client.ActAsync("pve1", Web, "shutdown", [new("timeout", "abc")], default));

        Assert.Equal(400, exception.Status);
        Assert.Contains("timeout: type check", exception.Message, StringComparison.Ordinal);
    }

    private protected override void Configure(FakeProxmoxOptions options) => options.Nodes = ["pve1", "pve2"];

    private static async Task<string> StartAsync(ProxmoxClient client, GuestId id)
    {
        var upid = await client.ActAsync("pve1", id, "start", [], default);
        return await new ProxmoxTaskWaiter(client, ProxmoxTaskWaiter.DefaultInterval).WaitAsync("the start", upid, default);
    }
}

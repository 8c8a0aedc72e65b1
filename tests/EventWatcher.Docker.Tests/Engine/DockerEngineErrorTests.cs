using System.Net;
using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class DockerEngineErrorTests
{
    [Fact]
    public async Task PingAsync_no_such_socket_says_so()
    {
        await using var client = EngineTest.Client("unix:///nowhere/docker.sock");
        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync());

        Assert.Equal(DockerUnreachableReason.NoSuchSocket, exception.Reason);
        Assert.Equal("unix:///nowhere/docker.sock", exception.Engine);
        Assert.Contains("unix:///nowhere/docker.sock", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PingAsync_nobody_listens_on_the_socket_says_so()
    {
        await using var engine = new FakeEngine();
        await engine.StopAsync(keepSocketFile: true);
        await using var client = engine.Client();

        Assert.Equal(DockerUnreachableReason.Refused, (await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync())).Reason);
    }

    [Fact]
    public async Task OpenEventsAsync_nobody_listens_on_the_port_says_so()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        await using var client = EngineTest.Client(engine.TcpEndpoint);
        await engine.StopAsync();

        Assert.Equal(DockerUnreachableReason.Refused, (await Assert.ThrowsAsync<DockerUnreachableException>(() => client.OpenAsync())).Reason);
    }

    [Fact]
    public async Task PingAsync_unknown_host_says_so()
    {
        await using var client = EngineTest.Client("tcp://no-such-host.invalid:2375");
        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync());

        Assert.Equal(DockerUnreachableReason.UnknownHost, exception.Reason);
        Assert.Contains("no-such-host.invalid", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PingAsync_too_late_is_a_timeout_of_ours()
    {
        await using var engine = new FakeEngine();
        engine.Faults.Calls = Fault.WithholdHeaders();
        await using var client = engine.Client(options => options.Timeout = TimeSpan.FromMilliseconds(50));

        var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync());
        Assert.Equal(DockerUnreachableReason.TimedOut, exception.Reason);
        Assert.Contains("0.05 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PingAsync_cancelled_carries_the_callers_token()
    {
        await using var engine = new FakeEngine();
        engine.Faults.Calls = Fault.WithholdHeaders();
        await using var client = engine.Client();
        using var cancellation = new CancellationTokenSource();
        var ping = client.PingAsync(cancellation.Token);
        await engine.WaitForRequestAsync(r => r.Path == "/_ping");
        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ping.WaitAsync(EngineTest.Deadline));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task DisposeAsync_call_under_way_ends_as_disposed()
    {
        await using var engine = new FakeEngine();
        engine.Faults.Calls = Fault.WithholdHeaders();
        var client = engine.Client();
        var ping = client.PingAsync();
        await engine.WaitForRequestAsync(r => r.Path == "/_ping");
        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => ping.WaitAsync(EngineTest.Deadline));
    }

    [Fact]
    public async Task ListContainersAsync_connection_lost_is_said()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await client.PingAsync();
        foreach (var fault in new[] { new Fault { NoAnswer = true }, Fault.CutAfterBytes(1) })
        {
            engine.Faults.Calls = fault;
            var exception = await Assert.ThrowsAsync<DockerUnreachableException>(() => client.ListContainersAsync());
            Assert.Equal(DockerUnreachableReason.ConnectionLost, exception.Reason);
        }
    }

    [Theory]
    [InlineData(400, typeof(DockerBadRequestException))]
    [InlineData(404, typeof(DockerNotFoundException))]
    [InlineData(409, typeof(DockerConflictException))]
    [InlineData(500, typeof(DockerServerException))]
    [InlineData(503, typeof(DockerServerException))]
    [InlineData(401, typeof(DockerRefusedException))]
    [InlineData(302, typeof(DockerRefusedException))]
    public async Task StartContainerAsync_refusal_has_status_and_the_engines_words(int status, Type type)
    {
        await using var engine = new FakeEngine();
        engine.Faults.Next(1, Fault.Answer(status, "no \"way\"\nout"), r => r.Path == "/containers/web/start");
        await using var client = engine.Client();

        var exception = Assert.IsType<DockerApiException>(await Record.ExceptionAsync(() => client.StartContainerAsync("web")), exactMatch: false);
        Assert.IsType(type, exception);
        Assert.Equal((HttpStatusCode)status, exception.Status);
        Assert.Equal("no \"way\" out", exception.EngineMessage);
        Assert.Contains($"start container web ({status}): no \"way\" out", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenEventsAsync_refusal_has_the_engines_words()
    {
        await using var engine = new FakeEngine();
        engine.Faults.NextStreams(1, Fault.Answer(400, "invalid filter 'x'"));
        await using var client = engine.Client();

        Assert.Equal("invalid filter 'x'", (await Assert.ThrowsAsync<DockerBadRequestException>(() => client.OpenAsync())).EngineMessage);
    }

    [Theory]
    [InlineData("<html>502 Bad Gateway</html>", "<html>502 Bad Gateway</html>")]
    [InlineData("{\"message\":7}", "{\"message\":7}")]
    [InlineData("", "")]
    public async Task PingAsync_refusal_that_is_no_json_is_shown_as_it_is(string body, string words)
    {
        await using var engine = new FakeEngine();
        engine.Faults.Next(1, Fault.NotJson(502, body));
        await using var client = engine.Client();

        Assert.Equal(words, (await Assert.ThrowsAsync<DockerServerException>(() => client.PingAsync())).EngineMessage);
    }

    [Fact]
    public async Task PingAsync_endless_refusal_is_cut()
    {
        await using var engine = new FakeEngine();
        engine.Faults.Next(1, new Fault { Status = 500, Body = Encoding.UTF8.GetBytes(new string('x', 1 << 20)) });
        await using var client = engine.Client();

        Assert.InRange((await Assert.ThrowsAsync<DockerServerException>(() => client.PingAsync())).Message.Length, 1000, 4000);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("[{\"Id\":")]
    public async Task ListContainersAsync_answer_of_another_kind_is_said(string body)
    {
        await using var engine = new FakeEngine();
        engine.Faults.Next(1, Fault.NotJson(200, body), r => r.Path == "/containers/json");
        await using var client = engine.Client();

        await Assert.ThrowsAsync<DockerProtocolException>(() => client.ListContainersAsync());
    }

    [Fact]
    public async Task ListContainersAsync_connection_that_went_stale_is_replaced()
    {
        await using var engine = new FakeEngine();
        await using var client = engine.Client();
        await client.ListContainersAsync();
        await engine.RestartAsync();

        Assert.Empty(await client.ListContainersAsync());
    }

    [Fact]
    public async Task OpenEventsAsync_connection_reset_without_an_answer_is_tried_once_more()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        await using var client = EngineTest.Client(engine.TcpEndpoint);
        await client.PingAsync();
        engine.Faults.NextStreams(1, new Fault { NoAnswer = true, Cut = CutMode.Reset });
        await using var stream = await client.OpenAsync();
        Assert.Equal(2, engine.Requests.Count(r => r.Path == "/events"));

        engine.Faults.NextStreams(2, new Fault { NoAnswer = true, Cut = CutMode.Reset });
        await Assert.ThrowsAsync<DockerUnreachableException>(() => client.OpenAsync());
    }
}

using System.Net;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>The gateway sample as its user has it: labels on containers, and nothing else.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class IdleGatewayTests(DockerEngineFixture engine)
{
    [SkippableFact]
    public async Task Labelled_container_wakes_on_a_request_for_its_host_and_sleeps_again()
    {
        engine.SkipUnlessAvailable();
        var port = FreePort.OfTcp();
        var listen = FreePort.OfTcp();
        var spec = IdleHouse.WebServer($"gateway-{Guid.NewGuid():N}", port);
        var id = await engine.Control.CreateAsync(new ContainerSpec
        {
            Name = spec.Name,
            Network = spec.Network,
            Command = spec.Command,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["eventwatcher.idle.idle-timeout"] = "1s",
                ["eventwatcher.idle.stop-timeout"] = "00:00:02",
                ["eventwatcher.idle.host"] = "app.localhost",
                ["eventwatcher.idle.url"] = $"http://127.0.0.1:{port}",
            },
        });
        try
        {
            await using var gateway = SampleProcess.IdleGateway("--docker", engine.Host.Endpoint, "--urls", $"http://127.0.0.1:{listen}");
            await gateway.WaitForLineAsync(static line => line.Contains("Application started", StringComparison.Ordinal));
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{listen}") };

            HttpStatusCode unknown = default;
            await Deadline.UntilAsync(
                async () => (unknown = await StatusAsync(client, "nobody.localhost")) != HttpStatusCode.ServiceUnavailable,
                () => $"the containers to be listed; {unknown}");
            Assert.Equal(HttpStatusCode.NotFound, unknown);
            Assert.Equal("created", (await engine.Control.FindAsync(id))?.State);

            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "app.localhost"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "app.localhost", "/"));
            Assert.Equal("running", (await engine.Control.FindAsync(id))?.State);
            await Deadline.UntilAsync(async () => (await engine.Control.FindAsync(id))?.State == "exited", static () => "the container to sleep");
            gateway.Signal(15);
            Assert.Equal(0, (await gateway.EndAsync()).Code);
        }
        finally
        {
            await engine.Control.RemoveAllAsync();
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    public async Task Before_the_engine_has_been_asked_nobody_is_told_that_there_is_nothing(string path)
    {
        var listen = FreePort.OfTcp();
        await using var gateway = SampleProcess.IdleGateway("--docker", "unix:///no/such.sock", "--urls", $"http://127.0.0.1:{listen}");
        await gateway.WaitForLineAsync(static line => line.Contains("Application started", StringComparison.Ordinal));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{listen}") };

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "app.localhost", path));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string host, string path = "/index.html")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace EventWatcher.Docker.Tests;

public sealed class FakeEngineConnectionsTests
{
    [Theory]
    [InlineData("GET", "OK")]
    [InlineData("HEAD", "")]
    public async Task Ping_answers_with_the_engines_headers(string method, string body)
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        using var response = await client.HeadersAsync("/_ping");

        Assert.Equal((200, body), await client.SendAsync(method, "/_ping"));
        Assert.Equal("1.41", Assert.Single(response.Headers.GetValues("API-Version")));
        Assert.Equal("Docker/20.10.24 (linux)", response.Headers.Server.ToString());
        Assert.Equal("false", Assert.Single(response.Headers.GetValues("Docker-Experimental")));
        Assert.NotNull(response.Headers.Date);
    }

    [Theory]
    [InlineData("/v1.99/_ping", 400, "{\"message\":\"client version 1.99 is too new. Maximum supported API version is 1.41\"}\n")]
    [InlineData("/v1.9/_ping", 400, "client version 1.9 is too old. Minimum supported API version is 1.12, please upgrade your client to a newer version\n")]
    [InlineData("/v1.24/_ping", 200, "OK")]
    public async Task Version_prefix_is_checked(string path, int status, string body)
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);

        Assert.Equal((status, body), await client.SendAsync("GET", path));
    }

    [Fact]
    public async Task Info_and_date_follow_the_engines_clock_and_version_names_the_range()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        engine.Clock.Pause();
        engine.Clock.Step(TimeSpan.FromDays(400));

        var info = JsonDocument.Parse((await client.SendAsync("GET", "/info")).Body).RootElement;
        Assert.Equal(engine.Clock.Now, info.GetProperty("SystemTime").GetDateTimeOffset());
        using var response = await client.HeadersAsync("/version");
        Assert.Equal(engine.Clock.Now.ToUnixTimeSeconds(), response.Headers.Date!.Value.ToUnixTimeSeconds());
        var version = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("1.12", version.GetProperty("MinAPIVersion").GetString());
    }

    [Fact]
    public async Task Requests_are_recorded_in_parts()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        var waiting = engine.WaitForRequestAsync(r => r.Method == "POST");
        await client.SendAsync("GET", "/_ping");
        await client.SendAsync("POST", "/v1.41/containers/a%2Fb/stop?t=5&signal=SIG%2BX");

        var request = await waiting;
        Assert.Equal(("POST", "/containers/a/b/stop", "1.41", "5", "SIG+X"), (request.Method, request.Path, request.Version, request.Query["t"], request.Query["signal"]));
        Assert.Equal(2, engine.Requests.Count);
    }

    [Fact]
    public async Task Stopped_engine_refuses_and_comes_back_at_the_same_place_with_an_empty_ring()
    {
        await using var engine = new FakeEngine(new FakeEngineOptions { Tcp = true });
        using var client = new EngineClient(engine);
        var port = engine.TcpPort;
        engine.Containers.Add("web");
        engine.Emit("start");
        using var reader = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);

        await engine.StopAsync(keepSocketFile: true);
        await Assert.ThrowsAnyAsync<IOException>(() => reader.LineAsync());
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync("GET", "/_ping"));
        Assert.Equal(SocketError.ConnectionRefused, ((SocketException)refused.InnerException!).SocketErrorCode);
        engine.Start();

        Assert.Equal("OK", (await client.SendAsync("GET", "/_ping")).Body);
        Assert.Equal(port, engine.TcpPort);
        Assert.Empty(engine.Ring);
        Assert.Single(engine.Containers.All);

        await engine.RestartAsync(containers => containers.Forget(containers.Get("web")));
        Assert.Empty(engine.Containers.All);
    }

    [Fact]
    public async Task Client_that_goes_away_is_unsubscribed()
    {
        await using var engine = new FakeEngine();
        using var client = new EngineClient(engine);
        var reader = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        reader.Dispose();

        await engine.WaitForStreamsAsync(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tls_port_serves_events_to_clients_that_it_knows(bool withCertificate)
    {
        using var tls = new FakeTls();
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls, RequireClientCertificate = true });
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = withCertificate ? [tls.Client] : [],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { tls.Authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        using var client = new EngineClient(handler, $"https://127.0.0.1:{engine.TcpPort}");
        if (!withCertificate)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.OpenAsync());
            return;
        }

        using var reader = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        engine.Emit("start");
        Assert.Equal("start", await reader.ActionAsync());
    }

    [Fact]
    public void Tls_files_make_a_docker_cert_path()
    {
        using var tls = new FakeTls();
        var directory = Directory.CreateTempSubdirectory("fake-tls-");
        try
        {
            tls.WriteTo(directory.FullName);
            using var client = X509Certificate2.CreateFromPemFile(Path.Combine(directory.FullName, "cert.pem"), Path.Combine(directory.FullName, "key.pem"));
            using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory.FullName, "ca.pem"));
            Assert.True(client.HasPrivateKey);
            Assert.Equal(authority.Subject, client.Issuer);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Disposal_ends_everything_in_whatever_state_it_is()
    {
        using var tls = new FakeTls();
        var engine = new FakeEngine(new FakeEngineOptions { Tls = tls });
        using var client = new EngineClient(engine);
        engine.Containers.Add(new FakeContainer("deaf") { State = "running", IgnoresSignals = true });
        using var silent = new TcpClient();
        await silent.ConnectAsync("127.0.0.1", engine.TcpPort);
        using var reader = await client.OpenAsync();
        await engine.WaitForStreamsAsync(1);
        engine.Faults.Stall();
        var stopping = client.SendAsync("POST", "/containers/deaf/stop?t=-1");
        engine.Faults.NextStreams(1, Fault.WithholdHeaders());
        var withheld = client.OpenAsync();
        await engine.WaitForRequestAsync(r => r.IsEventStream, count: 2);
        await engine.WaitForRequestAsync(r => r.Path.EndsWith("/stop", StringComparison.Ordinal));

        await engine.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAnyAsync<Exception>(() => stopping);
        await Assert.ThrowsAnyAsync<Exception>(() => withheld);
        Assert.Equal(0, engine.LiveTasks);
        Assert.Equal(0, engine.OpenConnections);
        Assert.Equal(0, engine.OpenStreams);
        Assert.Empty(engine.InternalErrors);
        Assert.False(Directory.Exists(engine.Directory));
    }
}

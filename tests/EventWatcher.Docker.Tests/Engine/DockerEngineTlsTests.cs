using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Docker.Tests;

public sealed class DockerEngineTlsTests
{
    [Fact]
    public async Task PingAsync_authority_and_client_certificate_connect()
    {
        using var tls = new FakeTls();
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls, RequireClientCertificate = true });
        tls.WriteTo(engine.Directory);
        foreach (var endpoint in new[] { $"tcp://localhost:{engine.TcpPort}", $"https://127.0.0.1:{engine.TcpPort}" })
        {
            await using var client = EngineTest.Client(endpoint, options => options.Tls = Options(engine, withClient: true));
            await client.PingAsync();
            await using var stream = await client.OpenAsync();
            await engine.WaitForStreamsAsync(1);
            engine.Emit("start");
            Assert.Equal("start", (await stream.NextAsync()).Action);
            await stream.DisposeAsync();
            await engine.WaitForStreamsAsync(0);
        }
    }

    [Fact]
    public async Task Constructor_folder_of_the_environment_connects()
    {
        using var tls = new FakeTls();
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls, RequireClientCertificate = true });
        tls.WriteTo(engine.Directory);
        var environment = new FakeEnvironment
        {
            Variables =
            {
                ["DOCKER_HOST"] = $"tcp://localhost:{engine.TcpPort}",
                ["DOCKER_TLS_VERIFY"] = "1",
                ["DOCKER_CERT_PATH"] = engine.Directory,
            },
            Files = { [Path.Combine(engine.Directory, "cert.pem")] = "", [Path.Combine(engine.Directory, "key.pem")] = "" },
        };
        await using var client = new DockerEngine(new DockerEngineOptions(), logger: null, timeProvider: null, environment);

        await client.PingAsync();
        Assert.Equal($"https://localhost:{engine.TcpPort}", client.Name);
    }

    [Fact]
    public async Task PingAsync_without_the_client_certificate_is_refused()
    {
        using var tls = new FakeTls();
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls, RequireClientCertificate = true });
        tls.WriteTo(engine.Directory);
        await using var client = EngineTest.Client($"tcp://localhost:{engine.TcpPort}", options => options.Tls = Options(engine));

        await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync());
    }

    [Fact]
    public async Task PingAsync_certificate_of_another_host_is_refused()
    {
        using var tls = new FakeTls("other.example");
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls });
        tls.WriteTo(engine.Directory);

        Assert.Equal(DockerUnreachableReason.TlsFailed, await ReasonAsync(engine, Options(engine)));
    }

    [Fact]
    public async Task PingAsync_certificate_of_another_authority_is_refused()
    {
        using var tls = new FakeTls();
        using var other = new FakeTls();
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls });
        other.WriteTo(engine.Directory);

        Assert.Equal(DockerUnreachableReason.TlsFailed, await ReasonAsync(engine, Options(engine)));
        Assert.Equal(DockerUnreachableReason.TlsFailed, await ReasonAsync(engine, new DockerTlsOptions()));
    }

    [Fact]
    public async Task PingAsync_verification_skipped_on_purpose_connects()
    {
        using var tls = new FakeTls("other.example");
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls });
        await using var client = EngineTest.Client(
            $"tcp://localhost:{engine.TcpPort}", options => options.Tls = new DockerTlsOptions { SkipVerification = true });

        await client.PingAsync();
    }

    [Fact]
    public async Task PingAsync_missing_or_spoilt_file_is_said()
    {
        using var tls = new FakeTls();
        await using var engine = new FakeEngine(new FakeEngineOptions { Tls = tls });
        Assert.Equal(DockerUnreachableReason.TlsFailed, await ReasonAsync(engine, Options(engine)));

        tls.WriteTo(engine.Directory);
        await File.WriteAllTextAsync(Path.Combine(engine.Directory, "key.pem"), "spoilt");
        Assert.Equal(DockerUnreachableReason.TlsFailed, await ReasonAsync(engine, Options(engine, withClient: true)));
    }

    [Fact]
    public async Task PingAsync_side_that_speaks_no_tls_is_said()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var socket = await listener.AcceptSocketAsync();
            await socket.ReceiveAsync(new byte[1]);
            await socket.SendAsync("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"u8.ToArray());
            socket.Shutdown(SocketShutdown.Send);
            await socket.ReceiveAsync(new byte[4096]);
        });
        var endpoint = $"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        await using var client = EngineTest.Client(endpoint, options => options.Tls = new DockerTlsOptions());

        Assert.Equal(DockerUnreachableReason.TlsFailed, (await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync())).Reason);
        await answering.WaitAsync(EngineTest.Deadline);
    }

    private static async Task<DockerUnreachableReason> ReasonAsync(FakeEngine engine, DockerTlsOptions tls)
    {
        await using var client = EngineTest.Client($"tcp://localhost:{engine.TcpPort}", options => options.Tls = tls);
        return (await Assert.ThrowsAsync<DockerUnreachableException>(() => client.PingAsync())).Reason;
    }

    private static DockerTlsOptions Options(FakeEngine engine, bool withClient = false) => new()
    {
        CertificateAuthorityFile = Path.Combine(engine.Directory, "ca.pem"),
        CertificateFile = withClient ? Path.Combine(engine.Directory, "cert.pem") : null,
        KeyFile = withClient ? Path.Combine(engine.Directory, "key.pem") : null,
    };
}

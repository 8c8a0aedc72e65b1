using System.Net.Sockets;
using System.Net.WebSockets;
using EventWatcher.Tests.Shared;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>Containers that end under a request, and connections that end by halves.</summary>
public sealed class ForwarderLivesTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Container_that_somebody_has_stopped_unseen_is_woken_again()
    {
        var port = FreePort.OfTcp();
        await using var site = await SiteAsync(port);
        await using (await Backend.StartAsync(Site.EchoAsync, port: port))
        {
            Assert.Equal("GET /1 ", await site.Client.GetStringAsync("/1"));
        }

        await FirstSecondsAreOverAsync(site);
        site.Runtime.SetStatus("app", ContainerStatus.Stopped);
        Backend? second = null;
        site.Runtime.OnCall = async (call, token) => second = call.Action == FakeContainerAction.Start ? await Backend.StartAsync(Site.EchoAsync, port: port) : second;

        using var answer = await site.Client.PostAsync("/2", new StringContent("body"));

        Assert.Equal("POST /2 body", await answer.Content.ReadAsStringAsync());
        Assert.Equal(2, site.Starts);
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
        await second!.DisposeAsync();
    }

    [Theory]
    [InlineData("kube-probe/1.31", "/")]
    [InlineData("curl/8", "/elsewhere")]
    public async Task Who_must_not_wake_does_not_wake_what_somebody_has_stopped_unseen(string agent, string path)
    {
        var port = FreePort.OfTcp();
        await using var site = await SiteAsync(port, static app => app.StartEndpoint = "/start");
        await site.App.WakeAsync();
        await FirstSecondsAreOverAsync(site);
        site.Runtime.SetStatus("app", ContainerStatus.Stopped);

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, path, ("User-Agent", agent)));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(1, site.Starts);
    }

    [Fact]
    public async Task Container_that_runs_and_does_not_listen_is_502()
    {
        await using var site = await SiteAsync(FreePort.OfTcp());
        await site.App.WakeAsync();
        await FirstSecondsAreOverAsync(site);

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/"));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(1, site.Starts);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    public async Task Fallback_of_the_application_is_for_what_leads_nowhere(string path)
    {
        await using var backend = await Backend.StartAsync(static context => context.Response.WriteAsync("container"));
        await using var site = await Site.StartAsync(container => container.Address = backend.Address, pipeline: static app =>
        {
            app.UseIdleWake();
            app.UseIdleForwarder();
            app.MapIdle();
            app.MapGet("/own", static () => "own");
            app.MapFallback("{*all}", static context => context.Response.WriteAsync("fallback"));
        });

        Assert.Equal("container", await site.Client.GetStringAsync(path));
        Assert.Equal("own", await site.Client.GetStringAsync("/own"));
        using var nowhere = await site.SendAsync(Site.Request(HttpMethod.Get, path, ("Host", "nobody")));
        Assert.Equal("fallback", await nowhere.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Path_below_the_prefix_is_never_the_containers()
    {
        await using var backend = await Backend.StartAsync(static context => context.Response.WriteAsync("container"));
        await using var site = await Site.StartAsync(container => container.Address = backend.Address, pipeline: static app =>
        {
            app.UseIdleWake();
            app.UseIdleForwarder();
            app.MapIdle();
            app.MapFallback(static context => { context.Response.StatusCode = 404; return Task.CompletedTask; });
        });

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/.eventwatcher/idle/a/b/c"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task WebSocket_over_the_second_version_passes_through()
    {
        await using var backend = await Backend.StartAsync(static async context =>
        {
            using var server = await context.WebSockets.AcceptWebSocketAsync("chat");
            var buffer = new byte[100];
            while (await server.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: WebSocketMessageType.Text } message)
            {
                await server.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }

            await server.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        });
        await using var site = await Site.StartAsync(container => container.Address = backend.Address, protocols: HttpProtocols.Http2, pipeline: static app =>
        {
            app.UseIdleWake();
            app.UseIdleForwarder();
        });
        using var client = new ClientWebSocket();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var invoker = new HttpMessageInvoker(handler);
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        client.Options.AddSubProtocol("chat");
        client.Options.SetRequestHeader("Host", Site.Host);
        await client.ConnectAsync(new Uri($"ws://{site.Address.Authority}/chat"), invoker, CancellationToken.None).WaitAsync(Generous);

        await client.SendAsync("word"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[100];
        var answer = await client.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Generous);
        Assert.Equal("word", System.Text.Encoding.ASCII.GetString(buffer, 0, answer.Count));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None).WaitAsync(Generous);

        Assert.Equal("chat", client.SubProtocol);
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    /// <summary>One side says goodbye: what it has sent arrives, and neither the other side's connection nor the lease stays for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upgraded_connection_whose_one_half_is_closed_ends_with_all_that_was_sent(bool clientCloses)
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(container.Address);
        var (client, server) = await UpgradeAsync(site, container);
        using var first = client;
        using var second = server;

        var (closes, stays) = clientCloses ? (client, server) : (server, client);
        var said = new byte[1024 * 1024];
        await closes.SendAsync(said);
        closes.Shutdown(SocketShutdown.Send);

        Assert.Equal(said.Length, await RawContainer.CountAsync(stays));
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    /// <summary>What the server and the kernel keep of it takes longer than a container may that takes nothing.</summary>
    [Fact]
    public async Task Upgraded_connection_whose_client_has_gone_ends_with_all_that_was_sent_however_slowly_the_container_takes_it()
    {
        using var container = new RawContainer(receiveBuffer: 16 * 1024);
        await using var site = await RawContainer.SiteAsync(container.Address);
        var (client, server) = await UpgradeAsync(site, container);
        using var first = client;
        using var second = server;
        var said = new byte[6 * 1024 * 1024];
        var saying = Task.Run(async () =>
        {
            await client.SendAsync(said);
            client.Shutdown(SocketShutdown.Send);
        });

        var heard = await RawContainer.CountAsync(server, static (heard, count) =>
            heard is > 2 * 1024 * 1024 and < 3 * 1024 * 1024 ? Task.Delay(TimeSpan.FromMilliseconds(count / 100)) : Task.CompletedTask);
        Assert.Equal(said.Length, heard);
        await saying;
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    /// <summary>That what the container says reaches nobody any more does not end what it is still told.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upgraded_connection_whose_client_has_gone_while_the_container_speaks_ends_with_all_that_was_sent(bool clientReads)
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(container.Address);
        var (client, server) = await UpgradeAsync(site, container);
        using var first = client;
        using var second = server;
        var speaking = Task.Run(async () =>
        {
            while (true)
            {
                await server.SendAsync(new byte[16 * 1024]);
            }
        });
        var reading = Task.Run(async () => clientReads ? await RawContainer.CountAsync(client) : 0);

        // As much as the container's side of the kernel has room for: who is closed while it speaks is reset, and what our side still keeps is lost.
        var said = new byte[32 * 1024];
        await client.SendAsync(said);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(said.Length, await RawContainer.CountAsync(server));
        await Assert.ThrowsAsync<SocketException>(() => speaking.WaitAsync(Generous));
        await reading;
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    [Fact]
    public async Task Upgraded_connection_on_which_nobody_speaks_does_not_hold_up_the_applications_end()
    {
        using var container = new RawContainer();
        var site = await RawContainer.SiteAsync(container.Address, builder: static web => web.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromMinutes(10)));
        var (client, server) = await UpgradeAsync(site, container);
        using var first = client;
        using var second = server;

        var ending = site.DisposeAsync();

        Assert.Equal(0, await RawContainer.CountAsync(server));
        Assert.Equal(0, await RawContainer.CountAsync(client));
        await ending.AsTask().WaitAsync(Generous);
    }

    /// <summary>A client of HTTP/2 takes every success for the beginning of what it asked for.</summary>
    [Theory]
    [InlineData("200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", HttpStatusCode.BadGateway)]
    [InlineData("200 OK\r\nContent-Length: 2\r\n\r\nno", HttpStatusCode.BadGateway)]
    [InlineData("204 No Content\r\n\r\n", HttpStatusCode.BadGateway)]
    [InlineData("404 Not Found\r\nContent-Length: 2\r\n\r\nno", HttpStatusCode.NotFound)]
    public async Task WebSocket_over_the_second_version_that_the_container_does_not_know_is_refused(string answer, HttpStatusCode expected)
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(container.Address, protocols: HttpProtocols.Http2);
        var serving = container.AnswerAsync($"HTTP/1.1 {answer}");
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Connect, site.Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Protocol = "websocket";
        request.Headers.Host = Site.Host;

        using var answered = await invoker.SendAsync(request, CancellationToken.None).WaitAsync(Generous);

        Assert.Equal(expected, answered.StatusCode);
        using var server = await serving;
    }

    [Fact]
    public async Task Upgraded_connection_that_the_container_says_a_length_of_passes_through()
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(container.Address);
        var (client, server) = await UpgradeAsync(site, container, "Content-Length: 5\r\n");
        using var first = client;
        using var second = server;

        await server.SendAsync(new byte[100]);
        server.Shutdown(SocketShutdown.Send);

        Assert.Equal(100, await RawContainer.CountAsync(client));
    }

    [Fact]
    public async Task Upgrade_beyond_those_that_the_server_allows_is_503()
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(
            container.Address, builder: static web => web.Services.Configure<KestrelServerOptions>(static server => server.Limits.MaxConcurrentUpgradedConnections = 0));
        var serving = container.AnswerAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");

        using var client = await site.OpenAsync($"GET / HTTP/1.1\r\nHost: {Site.Host}\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
        var answer = await RawContainer.ReadAsync(client, static text => text.Contains("too-many-upgraded", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Upgrade:", answer, StringComparison.Ordinal);
        using var server = await serving;
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    private static async Task<(Socket Client, Socket Server)> UpgradeAsync(Site site, RawContainer container, string headers = "")
    {
        var client = await site.OpenAsync($"GET / HTTP/1.1\r\nHost: {Site.Host}\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n");
        var server = await container.AnswerAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n{headers}\r\n");
        var head = await RawContainer.ReadAsync(client, static text => text.EndsWith("\r\n\r\n", StringComparison.Ordinal));
        Assert.Contains("Upgrade: raw\r\n", head, StringComparison.Ordinal);
        return (client, server);
    }

    private static Task<Site> SiteAsync(int port, Action<IdleContainerOptions>? configure = null) => Site.StartAsync(
        app =>
        {
            app.Address = $"127.0.0.1:{port}";
            configure?.Invoke(app);
        },
        pipeline: static app =>
        {
            app.UseIdleWake();
            app.UseIdleForwarder();
        });

    private static Task FirstSecondsAreOverAsync(Site site) => Eventually.TrueAsync(() => site.App.Snapshot().Uptime > TimeSpan.FromSeconds(5));
}

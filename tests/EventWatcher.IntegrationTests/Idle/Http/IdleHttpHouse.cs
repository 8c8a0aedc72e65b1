using System.Net;
using EventWatcher.Idle;
using EventWatcher.Idle.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventWatcher.IntegrationTests;

/// <summary>A gateway as the sample is one, in this process, before containers on the real engine.</summary>
internal sealed class IdleHttpHouse : IAsyncDisposable
{
    private const int BufferOfOneRequest = 64 * 1024;

    private readonly DockerEngineFixture _fixture;
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly WebApplication _gateway;

    private IdleHttpHouse(DockerEngineFixture fixture, IdleHouse house, WebApplication gateway)
    {
        (_fixture, House, _gateway) = (fixture, house, gateway);
        var urls = gateway.Urls.ToArray();
        (Address, Http2Address) = (new Uri(urls[0]), new Uri(urls[1]));
        Client = NewClient();
    }

    public IdleHouse House { get; }

    public Uri Address { get; }

    public Uri Http2Address { get; }

    public HttpClient Client { get; }

    public static async Task<IdleHttpHouse> OpenAsync(DockerEngineFixture fixture, Action<IdleOptions>? configure = null, Action<IdleHttpOptions>? http = null)
    {
        var house = await IdleHouse.OpenAsync(fixture, configure);
        var web = NewBuilder(
            (HttpProtocols.Http1, 0),
            (HttpProtocols.Http2, 0));
        web.Services.AddSingleton(house.Manager);
        web.Services.AddIdleHttp(http);
        var gateway = web.Build();
        gateway.UseIdleWake();
        gateway.UseIdleForwarder();
        gateway.MapIdle();
        await gateway.StartAsync();
        return new IdleHttpHouse(fixture, house, gateway);
    }

    /// <summary>A web server in a container.</summary>
    public Task<IdleWebServer> AddWebServerAsync(Action<IdleContainerOptions>? configure = null) => House.AddWebServerAsync(options =>
    {
        options.Aliases.Add("app.localhost");
        configure?.Invoke(options);
    });

    /// <summary>A container that only runs, and in this process what answers for it.</summary>
    public async Task<(string Id, IdleWatcher Watcher)> AddApplicationAsync(RequestDelegate answer, Action<IdleContainerOptions>? configure = null, bool isHttp2 = false)
    {
        var web = NewBuilder((isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1, 0));
        var application = web.Build();
        application.UseWebSockets();
        application.Run(answer);
        await application.StartAsync();
        _owned.Add(application);

        var name = $"idle-{Guid.NewGuid():N}";
        var id = await _fixture.Control.CreateAsync(new ContainerSpec { Name = name });
        var options = new IdleContainerOptions
        {
            IdleTimeout = TimeSpan.FromSeconds(1),
            StopTimeout = TimeSpan.FromSeconds(2),
            Address = new Uri(application.Urls.First()).Authority,
        };
        options.Aliases.Add("app.localhost");
        configure?.Invoke(options);
        return (id, House.Manager.GetOrAdd(name, options));
    }

    public HttpClient NewClient(bool isHttp2 = false)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, EnableMultipleHttp2Connections = true })
        {
            BaseAddress = isHttp2 ? Http2Address : Address,
            Timeout = TimeSpan.FromMinutes(3),
        };
        if (isHttp2)
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        client.DefaultRequestHeaders.Host = "app.localhost";
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();

        // Whoever waits is told before the server waits for them.
        await House.DisposeAsync();
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    private static WebApplicationBuilder NewBuilder(params (HttpProtocols Protocols, int Port)[] listens)
    {
        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        web.WebHost.UseSockets(static sockets => sockets.MaxReadBufferSize = BufferOfOneRequest);
        web.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Limits.MinRequestBodyDataRate = null;
            server.Limits.MaxRequestBufferSize = BufferOfOneRequest;
            foreach (var (protocols, port) in listens)
            {
                server.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocols);
            }
        });
        return web;
    }
}

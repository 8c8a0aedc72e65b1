using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>A container "app" that sleeps, and a web application on loopback before it.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const string Host = "app.localhost";

    private readonly WebApplication _application;

    private Site(WebApplication application, FakeContainerProvider runtime, IdleManager manager)
    {
        _application = application;
        Runtime = runtime;
        Manager = manager;
        Address = new Uri(application.Urls.First());
        Client = NewClient();
    }

    public FakeContainerProvider Runtime { get; }

    public IdleManager Manager { get; }

    public Uri Address { get; }

    /// <summary>Gets what sends requests for the container's host.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _application.Services;

    public IdleWatcher App => Manager.TryGet("app", out var app) ? app : throw new InvalidOperationException("There is no app.");

    public int Starts => Runtime.CountCalls(FakeContainerAction.Start, "app");

    public static async Task<Site> StartAsync(
        Action<IdleContainerOptions>? container = null,
        Action<IdleHttpOptions>? http = null,
        Action<WebApplication>? pipeline = null,
        Action<WebApplicationBuilder>? builder = null,
        Func<bool>? isHealthy = null,
        Action<IdleOptions>? options = null,
        ContainerStatus status = ContainerStatus.Stopped,
        HttpProtocols protocols = HttpProtocols.Http1)
    {
        var runtime = new FakeContainerProvider();
        runtime.Add("app", status);
        var app = new IdleContainerOptions
        {
            IdleTimeout = TimeSpan.FromMinutes(10),
            HealthProbe = new DelegateHealthProbe((_, _) => ValueTask.FromResult((isHealthy?.Invoke() ?? true) ? null : "not yet")),
        };
        app.Aliases.Add(Host);
        container?.Invoke(app);
        var all = new IdleOptions { Containers = { ["app"] = app } };
        options?.Invoke(all);
        var manager = new IdleManager(runtime, all);
        manager.Start();

        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        web.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        web.Services.AddSingleton(manager);
        web.Services.AddIdleHttp(http);
        builder?.Invoke(web);
        var application = web.Build();
        if (pipeline is null)
        {
            application.UseIdleWake();
            application.MapIdle();
            application.MapFallback(EchoAsync);
        }
        else
        {
            pipeline(application);
        }

        await application.StartAsync();
        await manager.Ready.WaitAsync(TimeSpan.FromSeconds(30));
        return new Site(application, runtime, manager);
    }

    /// <summary>Answers with the method, the path and the body that came.</summary>
    public static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path} {body}", context.RequestAborted);
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public static HttpRequestMessage Navigate(string path) => Request(
        HttpMethod.Get, path, ("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead) =>
        Client.SendAsync(request, until);

    public Task WokenAsync() => Eventually.TrueAsync(() => App.State == IdleState.Ready);

    public HttpClient NewClient()
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Host = Host;
        return client;
    }

    /// <summary>Opens a connection and sends what is given, line by line.</summary>
    public async Task<Socket> OpenAsync(params string[] lines)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Address.Port));
        await socket.SendAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines)));
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();

        // Before the server, so that nobody who waits holds it up.
        await Manager.DisposeAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}

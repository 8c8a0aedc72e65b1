// A small reverse proxy for one machine: containers sleep when nobody uses them, and wake on the first request.
//
//     docker run -d --name app -p 127.0.0.1:9001:80 -l eventwatcher.idle.idle-timeout=10m \
//         -l eventwatcher.idle.host=app.localhost -l eventwatcher.idle.url=http://127.0.0.1:9001 nginx
//     dotnet run --project samples/IdleGateway
//     curl http://app.localhost:8080/
//
// or guests of a Proxmox VE cluster, by tags such as eventwatcher-idle-idle-timeout.10m, eventwatcher-idle-host.app.localhost
// and eventwatcher-idle-port.80; where they are is found after they were started:
//
//     dotnet run --project samples/IdleGateway -- --proxmox https://host:8006 --proxmox-token-file token --proxmox-fingerprint AA:BB:…

using System.Net;
using System.Text;
using EventWatcher.Docker;
using EventWatcher.Idle;
using EventWatcher.Proxmox;
using IdleGateway;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

// What a request that waits may fill on its way: 300 uploads that wait for one container take some 40 MB.
const int BufferOfOneRequest = 64 * 1024;

if (!Arguments.TryParse(args, out var arguments, out var problem))
{
    var where = arguments.WantsHelp ? Console.Out : Console.Error;
    if (problem.Length > 0)
    {
        where.WriteLine(problem);
    }

    where.WriteLine(Arguments.Usage);
    return arguments.WantsHelp ? 0 : 2;
}

try
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.AddFilter("Microsoft.AspNetCore", arguments.Verbose ? LogLevel.Information : LogLevel.Warning);
    builder.WebHost.UseSockets(static sockets => sockets.MaxReadBufferSize = BufferOfOneRequest);
    builder.WebHost.ConfigureKestrel(server =>
    {
        // Uploads of any size, and streams that say nothing for as long as they like.
        server.Limits.MaxRequestBodySize = null;
        server.Limits.MinRequestBodyDataRate = null;
        server.Limits.MaxRequestBufferSize = BufferOfOneRequest;
        server.Limits.Http2.InitialStreamWindowSize = BufferOfOneRequest;
        server.AddServerHeader = false;
        server.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        foreach (var url in arguments.Urls)
        {
            Listen(server, url, HttpProtocols.Http1);
        }

        foreach (var url in arguments.Http2Urls)
        {
            Listen(server, url, HttpProtocols.Http2);
        }
    });

    var runtimes = builder.Services.AddEventWatcher();
    if (arguments.UsesDocker)
    {
        runtimes.AddIdleProvider("docker", services => new DockerContainerProvider(
            new DockerEngineOptions { Endpoint = arguments.Docker },
            services.GetService<ILoggerFactory>()));
    }

    if (arguments.Proxmox.Endpoint is not null)
    {
        runtimes.AddIdleProvider("proxmox", services => new ProxmoxContainerProvider(arguments.Proxmox.ToOptions(), services.GetService<ILoggerFactory>()));
    }

    runtimes.AddIdle(options =>
    {
        options.ReadGoDoxyLabels = arguments.Labels is "godoxy";
        options.ReadSablierLabels = arguments.Labels is "sablier";
    });
    builder.Services.AddIdleHttp(options =>
    {
        // GoDoxy's aliases are names of which any domain may follow, and a container's name is one of them.
        options.MatchFirstLabel = arguments.Labels is "godoxy";
        options.MatchContainerNames = arguments.Labels is "godoxy";
    });

    await using var app = builder.Build();
    var containers = app.Services.GetRequiredService<IdleManager>();

    // TLS ends at whoever stands before this, on the same machine.
    app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto });
    app.UseIdleWake();
    app.UseIdleForwarder();
    app.MapIdle();

    // A host that leads nowhere; or perhaps it does, as soon as the engine has been asked.
    app.MapFallback("{*path}", context =>
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        if (!containers.Ready.IsCompletedSuccessfully)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
        }

        return Task.CompletedTask;
    });
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException invalid)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, invalid.Failures));
    return 2;
}
catch (IOException taken)
{
    Console.Error.WriteLine(taken.Message);
    return 1;
}

static void Listen(KestrelServerOptions server, Uri url, HttpProtocols protocols)
{
    if (IPAddress.TryParse(url.IdnHost, out var address))
    {
        server.Listen(address, url.Port, Use);
    }
    else if (string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase))
    {
        server.ListenLocalhost(url.Port, Use);
    }
    else
    {
        server.ListenAnyIP(url.Port, Use);
    }

    void Use(ListenOptions listen) => listen.Protocols = protocols;
}

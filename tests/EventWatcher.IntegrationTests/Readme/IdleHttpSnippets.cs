using System.Text;
using EventWatcher.Docker;
using EventWatcher.Idle;
using EventWatcher.Idle.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.IntegrationTests;

/// <summary>The examples of Idle.AspNetCore's README, compiled; <see cref="ReadmeTests"/> compares them.</summary>
internal static class IdleHttpSnippets
{
    public static async Task GatewayAsync(string[] args)
    {
        // snippet: idle-gateway
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddEventWatcher().AddDocker().AddIdle();
        builder.Services.AddIdleHttp();

        var app = builder.Build();
        app.UseIdleWake();      // waits for the container, or shows a page
        app.UseIdleForwarder(); // or YARP, Ocelot, your own
        app.MapIdle();          // progress, status, control, forward-auth
        await app.RunAsync();
        // end
    }

    public static void Kestrel(WebApplicationBuilder builder)
    {
        // snippet: idle-kestrel
        builder.WebHost.UseSockets(sockets => sockets.MaxReadBufferSize = 64 * 1024);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBufferSize = 64 * 1024;              // what a held request may keep
            server.Limits.Http2.InitialStreamWindowSize = 64 * 1024;     // the same for HTTP/2
            server.Limits.MaxRequestBodySize = null;                     // uploads of any size
            server.Limits.MinRequestBodyDataRate = null;                 // clients that say nothing for minutes
            server.ResponseHeaderEncodingSelector = _ => Encoding.Latin1; // headers as the container has written them
        });
        // end
    }

    public static (int Generation, HttpMessageInvoker Client) Handler(IdleWatcher app, (int Generation, HttpMessageInvoker Client) current)
    {
        // snippet: idle-handler
        if (current.Generation != app.Generation)
        {
            var handler = new SocketsHttpHandler { ConnectCallback = app.CreateConnectCallback(), UseProxy = false };
            current = (app.Generation, new HttpMessageInvoker(handler));
        }
        // end

        return current;
    }

    public static void Endpoint(WebApplication app)
    {
        // snippet: idle-endpoint
        app.UseRouting();
        app.UseIdleWake();
        app.MapGet("/reports", (ReportService reports) => reports.ListAsync()).RequireContainer("reports-db");
        // end
    }

    public static void Renderer(IServiceCollection services)
    {
        // snippet: idle-renderer
        services.AddSingleton<ILoadingPageRenderer, OwnPage>();
        services.AddIdleHttp(options => options.Hosts["app.example.org"] = "app");
        // end
    }

    private sealed class ReportService
    {
        public Task<string[]> ListAsync() => Task.FromResult<string[]>([]);
    }

    private sealed class OwnPage : ILoadingPageRenderer
    {
        public Task RenderAsync(HttpContext context, LoadingPage page) => Task.CompletedTask;
    }
}

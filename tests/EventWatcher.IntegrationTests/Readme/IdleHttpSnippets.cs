using EventWatcher.Docker;
using EventWatcher.Idle;
using EventWatcher.Idle.AspNetCore;
using Microsoft.AspNetCore.Builder;
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
        builder.Services.AddEventWatcher()
            .AddIdleProvider("docker", services => new DockerContainerProvider())
            .AddIdle();
        builder.Services.AddIdleHttp();

        var app = builder.Build();
        app.UseIdleWake();      // waits for the container, or shows a page
        app.UseIdleForwarder(); // or YARP, Ocelot, your own
        app.MapIdle();          // progress, status, control, forward-auth
        await app.RunAsync();
        // end
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

using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>What runs in a container, on loopback.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Backend(WebApplication application) => _application = application;

    public string Address => new Uri(_application.Urls.First()).Authority;

    public static async Task<Backend> StartAsync(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http1, int port = 0)
    {
        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        web.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocols);
        });
        var application = web.Build();
        application.UseWebSockets();
        application.Run(answer);
        await application.StartAsync();
        return new Backend(application);
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}

using System.Net;
using System.Threading.RateLimiting;
using EventWatcher.Idle;
using EventWatcher.Idle.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Benchmarks;

/// <summary>
/// A browser's request as Kestrel has it, to be sent through pipelines as often as one likes: what the middleware looks
/// at costs as much as it does in service.
/// </summary>
internal sealed class ServedRequest : IAsyncDisposable
{
    public const string Host = "app.localhost";

    private readonly TaskCompletionSource<HttpContext> _context = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _application;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private Task<HttpResponseMessage>? _answer;

    private ServedRequest(WebApplication application) => _application = application;

    public static async Task<ServedRequest> OpenAsync(IdleManager manager)
    {
        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        web.WebHost.ConfigureKestrel(static server => server.Listen(IPAddress.Loopback, 0));
        web.Services.AddSingleton(manager);
        web.Services.AddIdleHttp(static options => options.Paths["/reports"] = MemoryContainers.NameOf(0));
        web.Services.AddHostFiltering(static options => options.AllowedHosts = [Host, "*.localhost"]);
        web.Services.AddRateLimiter(static options => options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(
            static context => RateLimitPartition.GetConcurrencyLimiter(
                context.Request.Host.Host,
                static _ => new ConcurrencyLimiterOptions { PermitLimit = 1_000 })));
        var application = web.Build();
        var served = new ServedRequest(application);
        application.Run(async context =>
        {
            served._context.SetResult(context);
            await served._end.Task;
        });
        await application.StartAsync();
        return served;
    }

    /// <summary>Makes a pipeline of a middleware, or none, and what comes after it.</summary>
    public RequestDelegate Pipeline(RequestDelegate next, Func<IApplicationBuilder, IApplicationBuilder>? middleware = null)
    {
        var pipeline = new ApplicationBuilder(_application.Services);
        middleware?.Invoke(pipeline);
        pipeline.Run(next);
        return pipeline.Build();
    }

    public async Task<HttpContext> SendAsync()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_application.Urls.First()));
        request.Headers.Host = Host;
        foreach (var (name, value) in new[]
        {
            ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"),
            ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
            ("Accept-Language", "en-GB,en;q=0.9"),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Dest", "document"),
            ("Upgrade-Insecure-Requests", "1"),
            ("Cookie", "session=0123456789abcdef0123456789abcdef"),
        })
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        _answer = _client.SendAsync(request);
        return await _context.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        if (_answer is not null)
        {
            (await _answer).Dispose();
        }

        _client.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}

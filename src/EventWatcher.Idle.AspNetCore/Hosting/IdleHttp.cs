using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>What the middleware and the endpoints of one application share.</summary>
internal sealed class IdleHttp
{
    // Where the server isn't Kestrel, or keeps whatever comes.
    private const long UsualBufferSize = 1024 * 1024;

    private readonly long _bufferSize;
    private readonly long _streamBufferSize;

    public IdleHttp(
        IdleManager manager,
        IOptions<IdleHttpOptions> options,
        ILoadingPageRenderer renderer,
        IServiceProvider services)
    {
        Manager = manager;
        Options = options.Value;
        Prefix = Options.Prefix;
        Renderer = renderer;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        Logger = services.GetService<ILoggerFactory>()?.CreateLogger("EventWatcher.Idle.AspNetCore") ?? NullLogger.Instance;
        Routes = new IdleRoutes(manager, Options);
        var limits = services.GetService<IOptions<KestrelServerOptions>>()?.Value.Limits;
        _bufferSize = Options.RequestBufferSize ?? limits?.MaxRequestBufferSize ?? UsualBufferSize;
        _streamBufferSize = Options.RequestBufferSize ?? limits?.Http2.InitialStreamWindowSize ?? UsualBufferSize;
    }

    public IdleManager Manager { get; }

    public IdleHttpOptions Options { get; }

    public ILoadingPageRenderer Renderer { get; }

    public TimeProvider Time { get; }

    /// <summary>Gets what is cancelled when the application is asked to stop: the server waits for requests that wait for a container.</summary>
    public CancellationToken Stopping { get; }

    public ILogger Logger { get; }

    public IdleRoutes Routes { get; }

    /// <summary>Gets or sets the path below which the endpoints are.</summary>
    public string Prefix { get; set; }

    /// <summary>Gets or sets whether there are endpoints: without them the page can't follow progress.</summary>
    public bool IsMapped { get; set; }

    /// <summary>
    /// Says whether a request, whatever container its host leads to, is for what is below the path of <c>MapIdle</c>, and
    /// routing has chosen nothing there: not yet, or because nothing there answers it.
    /// </summary>
    public bool IsOwnWithoutEndpoint(HttpContext context, Endpoint? endpoint) =>
        IsMapped
        && (endpoint is null || IsFallback(endpoint) || IsRoutings(endpoint))
        && context.Request.Path.StartsWithSegments(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Says whether routing has chosen what is for requests that nothing else answers.</summary>
    public static bool IsFallback(Endpoint endpoint) => endpoint is RouteEndpoint { Order: int.MaxValue };

    // What routing itself answers, such as 405 where there is an endpoint for other methods, has neither a pattern nor metadata.
    private static bool IsRoutings(Endpoint endpoint) => endpoint is not RouteEndpoint && endpoint.Metadata.Count == 0;

    /// <summary>Says how many bytes of a request's body the server may keep while nobody reads it.</summary>
    public long BufferedBytesOf(HttpContext context)
    {
        var canHaveBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? context.Request.ContentLength is not 0;
        if (!canHaveBody)
        {
            return 0;
        }

        var most = HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol) ? _bufferSize : _streamBufferSize;
        return Math.Min(context.Request.ContentLength ?? most, most);
    }
}

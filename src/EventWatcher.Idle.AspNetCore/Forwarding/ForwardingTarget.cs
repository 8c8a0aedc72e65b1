using System.Net;
using System.Text;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>What requests of one life of a container are sent by: no connection of an earlier life is among its pool.</summary>
internal sealed class ForwardingTarget : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    public ForwardingTarget(IdleWatcher watcher, int generation, IdleForwarderOptions options)
    {
        Watcher = watcher;
        Generation = generation;
        var container = watcher.Options;
        IsHttp2Only = container.Scheme is "h2c";

        // Where the connection really goes is the callback's affair; the name is what TLS asks for.
        var host = container.Address is { } address ? address[..address.LastIndexOf(':')] : "localhost";
        var port = container.Address is { } text ? text[(text.LastIndexOf(':') + 1)..] : null;
        var scheme = container.Scheme is "https" ? "https" : "http";
        Base = port is null && container.Port is null
            ? $"{scheme}://{Bracketed(host)}"
            : $"{scheme}://{Bracketed(host)}:{port ?? container.Port?.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
#pragma warning disable CA2000 // The invoker owns it.
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,

            // As the server has read them.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = options.PooledConnectionIdleTimeout,
        };
#pragma warning restore CA2000
        options.ConfigureHandler?.Invoke(watcher, handler);
        handler.ConnectCallback = watcher.CreateConnectCallback();
        _invoker = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    public IdleWatcher Watcher { get; }

    public int Generation { get; }

    /// <summary>Gets the scheme and authority of every request.</summary>
    public string Base { get; }

    public bool IsHttp2Only { get; }

    /// <summary>Gets whether the container's life is over in which this was made.</summary>
    public bool IsOver => Watcher.Generation != Generation || Watcher.State == IdleState.Napping;

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    public void Dispose() => _invoker.Dispose();

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
}

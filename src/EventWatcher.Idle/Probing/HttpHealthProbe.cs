using System.Net;

namespace EventWatcher.Idle;

/// <summary>A container serves when it answers a GET with a status below 500.</summary>
/// <remarks>A page that asks for a password, or isn't there, was served all the same. Redirects are not followed.</remarks>
public sealed class HttpHealthProbe : IHealthProbe, IDisposable
{
    private readonly string _path;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,

        // No connection from before a start is used after it.
        PooledConnectionLifetime = TimeSpan.Zero,
    });

    /// <summary>Initializes a probe.</summary>
    /// <param name="path">The path that is asked for.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> does not begin with a slash.</exception>
    public HttpHealthProbe(string path = "/")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path.StartsWith('/') ? path : throw new ArgumentException($"The path is \"{path}\"; it must begin with a slash.", nameof(path));
    }

    /// <inheritdoc/>
    public bool NeedsAddress => true;

    /// <inheritdoc/>
    public async ValueTask<string?> ProbeAsync(HealthProbeTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var (host, port) = target.Address switch
        {
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            DnsEndPoint name => (name.Host, name.Port),
            _ => throw new InvalidOperationException("An HTTP probe needs an address."),
        };
        var pathEnd = _path.IndexOf('?', StringComparison.Ordinal);
        var uri = new UriBuilder(Uri.UriSchemeHttp, host, port)
        {
            Path = pathEnd < 0 ? _path : _path[..pathEnd],
            Query = pathEnd < 0 ? "" : _path[pathEnd..],
        }.Uri;
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.UserAgent.ParseAdd("EventWatcher-Idle-Probe");
        request.Headers.ConnectionClose = true;
        using var response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return (int)response.StatusCode < 500 ? null : $"it answered {(int)response.StatusCode}";
    }

    /// <summary>Disposes the probe's client.</summary>
    public void Dispose() => _client.Dispose();
}

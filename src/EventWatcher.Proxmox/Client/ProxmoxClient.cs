using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EventWatcher.Proxmox;

/// <summary>Speaks to the API of a cluster. Thread-safe.</summary>
internal sealed partial class ProxmoxClient : IAsyncDisposable
{
    private const string LoginPath = "/access/ticket";
    private const int MaxConnections = 16;

    private readonly ProxmoxConnection _connection;
    private readonly TimeProvider _timeProvider;
    private readonly LazyInvoker _http;
    private readonly ProxmoxSession _session;
    private readonly CancellationTokenSource _end = new();
    private int _isDisposed;

    public ProxmoxClient(ProxmoxConnection connection, TimeProvider timeProvider)
    {
        _connection = connection;
        _timeProvider = timeProvider;
        _session = new ProxmoxSession(connection, LoginAsync, timeProvider);
        _http = new LazyInvoker(connection);
    }

    public string Cluster => _connection.Cluster;

    public TimeProvider TimeProvider => _timeProvider;

    /// <summary>Gets or sets how many bytes an answer may have.</summary>
    internal long LargestAnswer { get; set; } = 64 * 1024 * 1024;

    /// <summary>Closes the connections; requests that are under way end with <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _end.CancelAsync().ConfigureAwait(false);
            _http.Dispose();
            _end.Dispose();
        }
    }

    private static string NodeOf(string path)
    {
        var parts = path.Split('/', 4);
        return parts is [_, "nodes", var node, ..] ? Uri.UnescapeDataString(node) : "";
    }

    private Task<ProxmoxAnswer<T>> GetAsync<T>(string path, JsonTypeInfo<ProxmoxReply<T>> type, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, path, form: null, type, cancellationToken);

    /// <summary>Never sent a second time by itself, unless it was refused for the pass that it showed.</summary>
    private Task<ProxmoxAnswer<T>> PostAsync<T>(string path, IReadOnlyList<KeyValuePair<string, string>> form, JsonTypeInfo<ProxmoxReply<T>> type, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, path, form, type, cancellationToken);

    private async Task<ProxmoxAnswer<T>> CallAsync<T>(
        HttpMethod method, string path, IReadOnlyList<KeyValuePair<string, string>>? form, JsonTypeInfo<ProxmoxReply<T>> type, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pass = await _session.GetAsync(cancellationToken).ConfigureAwait(false);
        using var body = new ProxmoxBody();
        for (var isSecond = false; ; isSecond = true)
        {
            var exchange = await ExchangeAsync(method, path, form, pass, pass.Secrets, body, cancellationToken).ConfigureAwait(false);
            if (exchange.Status != (int)HttpStatusCode.Unauthorized)
            {
                _session.OnAccepted();
                return Read(method, path, exchange, body, type);
            }

            ProxmoxTelemetry.Refused();
            var other = await _session.ReplaceAsync(pass, exchange.Reason, cancellationToken).ConfigureAwait(false);
            if (isSecond)
            {
                throw new ProxmoxAuthenticationException(Cluster, $"{Cluster}: {What(method, path)} was refused twice ({exchange.Reason}).");
            }

            pass = other;
        }
    }

    private async Task<ProxmoxLogin> LoginAsync(string user, string secret, CancellationToken cancellationToken)
    {
        var form = new KeyValuePair<string, string>[] { new("username", user), new("password", secret) };
        using var body = new ProxmoxBody();
        Exchange exchange;
        try
        {
            exchange = await ExchangeAsync(HttpMethod.Post, LoginPath, form, pass: null, [secret], body, cancellationToken).ConfigureAwait(false);
        }
        catch (ProxmoxUnreachableException lost) when (lost.Reason is ProxmoxUnreachableReason.ConnectionLost)
        {
            // The server closed an idle connection just then. Two logins for one harm nobody.
            exchange = await ExchangeAsync(HttpMethod.Post, LoginPath, form, pass: null, [secret], body, cancellationToken).ConfigureAwait(false);
        }

        return exchange.Status == (int)HttpStatusCode.Unauthorized
            ? throw new ProxmoxAuthenticationException(Cluster, exchange.Reason)
            : Read(HttpMethod.Post, LoginPath, exchange, body, ProxmoxJson.Default.Login).Data;
    }

    private ProxmoxAnswer<T> Read<T>(HttpMethod method, string path, Exchange exchange, ProxmoxBody body, JsonTypeInfo<ProxmoxReply<T>> type)
    {
        var what = What(method, path);
        if (exchange.Status != (int)HttpStatusCode.OK)
        {
            throw ProxmoxFaults.OfAnswer(Cluster, what, NodeOf(path), exchange.Status, exchange.Reason, exchange.Error);
        }

        try
        {
            return JsonSerializer.Deserialize(body.Bytes, type) is { Data: { } data }
                ? new ProxmoxAnswer<T>(data, exchange.ServerTime)
                : throw ProxmoxFaults.NotUnderstood(_connection, what, exception: null);
        }
        catch (JsonException exception)
        {
            throw ProxmoxFaults.NotUnderstood(_connection, what, exception);
        }
    }

    private static string What(HttpMethod method, string path) => $"{method} {path}";

    private async Task<Exchange> ExchangeAsync(
        HttpMethod method,
        string path,
        IReadOnlyList<KeyValuePair<string, string>>? form,
        ProxmoxPass? pass,
        IReadOnlyList<string> secrets,
        ProxmoxBody body,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        using var timeout = new CancellationTokenSource(_connection.Timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _end.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, new Uri(_connection.Endpoint, "/api2/json" + path))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,

            // Also where there is nothing to say: the handler repeats a request without content after a lost connection.
            Content = form is null ? null : new FormUrlEncodedContent(form),
        };
        pass?.Stamp(request);
        try
        {
            ProxmoxTelemetry.Requested();
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            await body.ReadAsync(response.Content, LargestAnswer, either.Token).ConfigureAwait(false);
            var reason = response.ReasonPhrase ?? "";
            return response.StatusCode is HttpStatusCode.OK
                ? new Exchange((int)response.StatusCode, reason, Error: "", TimeOf(response))
                : new Exchange((int)response.StatusCode, ProxmoxSecrets.Hide(reason, secrets), ProxmoxSecrets.Hide(Encoding.UTF8.GetString(body.Bytes), secrets), TimeOf(response));
        }
        catch (Exception) when (Volatile.Read(ref _isDisposed) != 0 && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(ProxmoxContainerProvider), $"{What(method, path)} was under way when it was disposed.");
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ProxmoxFaults.TimedOut(_connection, What(method, path), _connection.Timeout, exception);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (Exception exception) when (exception is (IOException and not HttpIOException) or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            // Before anything was sent: the file of the authority.
            throw ProxmoxFaults.NoAuthority(_connection, What(method, path), exception);
        }
        catch (HttpRequestException exception)
        {
            throw ProxmoxFaults.OfTransport(_connection, What(method, path), exception);
        }
    }

    // What is no sensible date is no date: reckoning with it would lead nowhere.
    private DateTimeOffset TimeOf(HttpResponseMessage response) =>
        response.Headers.Date is { Year: > 2000 and < 9000 } date ? date : _timeProvider.GetUtcNow();

    // The error is the text of what is no success.
    private sealed record Exchange(int Status, string Reason, string Error, DateTimeOffset ServerTime);

    /// <summary>Makes its handler with the first request, so that a file of certificates that is missing is that request's failure.</summary>
    private sealed class LazyInvoker(ProxmoxConnection connection) : IDisposable
    {
        private readonly Lock _gate = new();
        private SocketsHttpHandler? _handler;
        private HttpMessageInvoker? _inner;
        private bool _isDisposed;

        public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Inner().SendAsync(request, cancellationToken);

        public void Dispose()
        {
            lock (_gate)
            {
                _isDisposed = true;
                _inner?.Dispose();
                _handler?.Dispose();
            }
        }

        private HttpMessageInvoker Inner()
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (_inner is null)
                {
                    _handler = NewHandler();
                    _inner = new HttpMessageInvoker(_handler, disposeHandler: true);
                }

                return _inner;
            }
        }

        private SocketsHttpHandler NewHandler() => new()
        {
            SslOptions = ProxmoxTls.OptionsFor(connection),
            ConnectTimeout = connection.Timeout,

            // The server closes at five seconds, and a request that meets the closing is lost.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3),
            MaxConnectionsPerServer = MaxConnections,
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        };
    }
}

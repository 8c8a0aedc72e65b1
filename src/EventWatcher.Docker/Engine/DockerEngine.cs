using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventWatcher.Docker;

/// <summary>An engine of Docker, or of Podman with its Docker API, over a socket, a pipe, TCP, TLS or ssh.</summary>
/// <remarks>
/// <para>
/// Thread-safe. Making one connects to nothing. API versions 1.24 to 1.52 are spoken, the newest that the engine knows;
/// which that is is asked at the first call, and again when the engine was away or says that it has changed.
/// </para>
/// <para>
/// TCP connections are probed after 30 s of silence, every 10 s, and given up after three probes without an answer.
/// Connections that are not in use are closed after 10 s, those through ssh, which are dear, after 1 minute.
/// </para>
/// </remarks>
public sealed partial class DockerEngine : IDockerEngine
{
    private static readonly TimeSpan IdleConnectionTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleSshTimeout = TimeSpan.FromMinutes(1);

    private readonly DockerEndpoint _endpoint;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _actionTimeout;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _disposal = new();
    private readonly DockerConnector _connector;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrentDictionary<DockerEventStream, bool> _streams = new();
    private volatile Version? _spoken;
    private volatile bool _isPodman;
    private int _disposed;

    /// <summary>Initializes the engine.</summary>
    /// <param name="options">How it is reached; null for the usual ways. Read once: later changes have no effect.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock of its time-outs; null for the system's.</param>
    /// <exception cref="OptionsValidationException">
    /// An option, or what the environment says in its place, is not allowed. Its failures name every one that is not.
    /// </exception>
    public DockerEngine(DockerEngineOptions? options = null, ILogger<DockerEngine>? logger = null, TimeProvider? timeProvider = null)
        : this(options ?? new DockerEngineOptions(), logger, timeProvider, DockerEnvironment.Current)
    {
    }

    internal DockerEngine(DockerEngineOptions options, ILogger? logger, TimeProvider? timeProvider, DockerEnvironment environment)
        : this(options, new DockerEngineOptionsValidator(environment).Resolve(options), logger, timeProvider, environment)
    {
    }

    /// <summary>Initializes the engine at an endpoint that was found before.</summary>
    internal DockerEngine(
        DockerEngineOptions options,
        DockerEndpointResolution resolution,
        ILogger? logger,
        TimeProvider? timeProvider,
        DockerEnvironment? environment = null)
    {
        _endpoint = resolution.Endpoint!;
        _timeout = options.Timeout;
        _actionTimeout = options.ActionTimeout;
        _logger = logger ?? NullLogger.Instance;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _connector = new DockerConnector(_endpoint, _timeout, _timeProvider, environment ?? DockerEnvironment.Current, _disposal.Token);
        _handler = CreateHandler(_connector, _endpoint.Kind == DockerEndpointKind.Ssh ? IdleSshTimeout : IdleConnectionTimeout);
        _http = new HttpMessageInvoker(_handler, disposeHandler: false);
        Log.EngineFound(_logger, Name, resolution.Origin);
    }

    /// <inheritdoc/>
    public string Name => _endpoint.Name;

    /// <summary>Gets where it listens.</summary>
    internal DockerEndpoint Endpoint => _endpoint;

    /// <inheritdoc/>
    public Task<DockerPing> PingAsync(CancellationToken cancellationToken = default) =>
        CallAsync("asking for its version", _timeout, AskVersionAsync, cancellationToken);

    /// <inheritdoc/>
    public async Task<IDockerEventStream> OpenEventsAsync(DockerEventsRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Here and not when it is known who is asked: what is bad is refused before anybody is.
        var (ofDocker, ofPodman) = (DockerQuery.Events(request, isPodman: false), DockerQuery.Events(request, isPodman: true));
        var (response, isPodman) = await CallAsync(
            "opening the event stream", Timeout.InfiniteTimeSpan, token => RequestEventsAsync(ofDocker, ofPodman, token), cancellationToken).ConfigureAwait(false);
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var stream = new DockerEventStream(Name, body, response, closed => _streams.TryRemove(closed, out _));
            _streams[stream] = true;
            if (Volatile.Read(ref _disposed) != 0)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            return isPodman && request.UntilNanoseconds is { } until ? new BoundedEventStream(stream, until) : stream;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Ends every call and every stream, and closes the connections. Idempotent.</summary>
    /// <returns>Completes when that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _disposal.CancelAsync().ConfigureAwait(false);
        foreach (var stream in _streams.Keys)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        _http.Dispose();
        _handler.Dispose();
        await _connector.DisposeAsync().ConfigureAwait(false);
        _disposal.Dispose();
    }

    private static SocketsHttpHandler CreateHandler(DockerConnector connector, TimeSpan idleTimeout) => new()
    {
        ConnectCallback = connector.ConnectAsync,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionIdleTimeout = idleTimeout,

        // What is left of an event stream is never worth reading: its connection is closed.
        MaxResponseDrainSize = 0,
        ActivityHeadersPropagator = null,
    };

    // Runs a call within its time-out and puts what goes wrong into this package's exceptions.
    private async Task<T> CallAsync<T>(string what, TimeSpan timeout, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(timeout, _timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token, _disposal.Token);
        try
        {
            return await call(linked.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Volatile.Read(ref _disposed) != 0)
        {
            throw new ObjectDisposedException(GetType().FullName, exception);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            _spoken = null;
            throw DockerFaults.TimedOut(Name, what, timeout, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            _spoken = null;
            throw DockerFaults.OfCall(Name, exception);
        }
    }

    // Sends a call in the version that is spoken; where the engine says that it no longer is, negotiates and sends it again,
    // since it has not been carried out. The caller disposes the answer.
    private async Task<HttpResponseMessage> SendVersionedAsync(HttpMethod method, string path, string what, CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            var version = _spoken ?? (await PingAsync(cancellationToken).ConfigureAwait(false)).ApiVersion;
            var response = await SendAsync(method, $"/v{version}{path}", cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
            {
                return response;
            }

            DockerApiException error;
            using (response)
            {
                error = await ReadErrorAsync(what, response, cancellationToken).ConfigureAwait(false);
            }

            if (!first || !DockerVersions.IsVersionError(error, out var supported))
            {
                throw error;
            }

            Log.EngineVersionChanged(_logger, Name, version);
            await NegotiateAnewAsync(version, supported, cancellationToken).ConfigureAwait(false);
        }
    }

    // Who is asked must be known: Podman is asked otherwise for what is bounded.
    private async Task<(HttpResponseMessage Response, bool IsPodman)> RequestEventsAsync(string ofDocker, string ofPodman, CancellationToken cancellationToken)
    {
        if (_spoken is null)
        {
            await PingAsync(cancellationToken).ConfigureAwait(false);
        }

        var isPodman = _isPodman;
        var response = await SendVersionedAsync(
            HttpMethod.Get, isPodman ? ofPodman : ofDocker, "open the event stream", cancellationToken).ConfigureAwait(false);
        return (response, isPodman);
    }

    private Task<DockerApiException> ReadErrorAsync(string what, HttpResponseMessage response, CancellationToken cancellationToken) => CallAsync(
        "reading its error", _timeout, token => DockerErrorReader.ReadAsync(Name, what, response, token), cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SendOnceAsync(method, path, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (method == HttpMethod.Get && exception.InnerException is IOException)
        {
            // Mostly a kept connection that the engine has closed at this very moment. Asking twice does no harm.
            return await SendOnceAsync(method, path, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        // The framework repeats a request without content, a POST too, when the connection closes before the answer.
        // A signal must not be sent twice; empty content keeps it from that, and holds nothing to dispose of.
#pragma warning disable CA2000 // See above.
        var request = new HttpRequestMessage(method, new Uri(_endpoint.BaseAddress, _endpoint.BasePath + path))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = method == HttpMethod.Get ? null : new ByteArrayContent([]),
        };
#pragma warning restore CA2000
        request.Options.Set(DockerConnector.Cancellation, cancellationToken);
        return _http.SendAsync(request, cancellationToken);
    }
}

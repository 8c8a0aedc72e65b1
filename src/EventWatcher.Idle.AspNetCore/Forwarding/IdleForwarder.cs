using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>A small reverse proxy to containers that are awake.</summary>
/// <remarks>
/// Bodies stream (in both directions at the same time with HTTP/2; with HTTP/1.1 the answer is read once the body is
/// sent), WebSockets and other upgrades are passed through, requests of HTTP/2 with trailers
/// (gRPC) go on as HTTP/2 without TLS. Each life of a container has connections of its own, and in its first seconds what
/// was refused is tried again, so that nobody is told 502 who was let through; where somebody else has stopped the
/// container before anything was sent, it is woken again. The caller holds a lease. Thread-safe.
/// </remarks>
public sealed class IdleForwarder : IDisposable
{
    private static readonly TimeSpan FirstSeconds = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RepeatPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    // As many lives of a container a request may find ended before it.
    private const int MaxLives = 5;

    private readonly ConcurrentDictionary<IdleWatcher, ForwardingTarget> _targets = new();
    private readonly Lock _gate = new();
    private readonly IdleForwarderOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private bool _isSweeping;
    private bool _isDisposed;

    /// <summary>Initializes a forwarder.</summary>
    /// <param name="options">How it connects; null for the defaults.</param>
    /// <param name="logger">Where failures are logged; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public IdleForwarder(IdleForwarderOptions? options = null, ILogger<IdleForwarder>? logger = null, TimeProvider? timeProvider = null)
    {
        _options = IdleForwarderOptionsValidator.Instance.ThrowIfInvalid(options ?? new IdleForwarderOptions());
        _logger = (ILogger?)logger ?? NullLogger.Instance;
        _time = timeProvider ?? TimeProvider.System;
        _sweep = _time.CreateTimer(static state => ((IdleForwarder)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets how many containers have connections that are kept.</summary>
    internal int TargetCount => _targets.Count;

    /// <summary>Forwards a request to a container, and its answer back.</summary>
    /// <param name="context">The request.</param>
    /// <param name="watcher">The container, of which a lease is held.</param>
    /// <returns>Completes with the answer's end. A container that does not answer is told to the client as 502, problem details.</returns>
    /// <exception cref="ObjectDisposedException">The forwarder is disposed.</exception>
    public async Task ForwardAsync(HttpContext context, IdleWatcher watcher)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(watcher);
        if (HttpMethods.IsConnect(context.Request.Method) && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true })
        {
            await Problems.WriteAsync(context, HttpRefusal.NoTunnel, retryAfter: null).ConfigureAwait(false);
            return;
        }

        var cancellationToken = context.RequestAborted;
        IdleLease lease = default;
        try
        {
            for (var life = 1; ;)
            {
                var (failure, body) = await TryForwardAsync(context, watcher).ConfigureAwait(false);
                if (failure is null)
                {
                    return;
                }

                if (MayRepeat(context, watcher, body, failure))
                {
                    IdleHttpTelemetry.Repeated();
                    Log.ForwardRepeated(_logger, watcher.Name, failure);
                    await Task.Delay(RepeatPause, _time, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var isGone = life++ < MaxLives && MayWakeAgain(context, watcher, body, failure)
                    && !await watcher.VerifyRunningAsync(cancellationToken).ConfigureAwait(false);
                if (!isGone)
                {
                    await FailAsync(context, watcher, body, failure).ConfigureAwait(false);
                    return;
                }

                Log.ForwardWokenAgain(_logger, watcher.Name, failure);
                lease.Dispose();
                var admission = await watcher.AdmitAsync(cancellationToken).ConfigureAwait(false);
                if (!admission.IsAdmitted)
                {
                    Log.Refused(_logger, watcher.Name, admission.Refusal.Message);
                    await Problems.WriteAsync(context, admission.Refusal).ConfigureAwait(false);
                    return;
                }

                lease = admission.Lease;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.ForwardEnded(_logger, watcher.Name, "the client has gone");
            context.Abort();
        }
        finally
        {
            lease.Dispose();
        }
    }

    /// <summary>Closes all connections that nobody uses. Idempotent.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        _sweep.Dispose();
        foreach (var (watcher, _) in _targets)
        {
            if (_targets.TryRemove(watcher, out var target))
            {
                target.Dispose();
            }
        }
    }

    private async Task<(Exception? Failure, ForwardedBody? Body)> TryForwardAsync(HttpContext context, IdleWatcher watcher)
    {
        var target = TargetOf(watcher);
        using var request = ForwardedRequest.Create(context, target, out var body);
        try
        {
            using var answer = await target.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
            await ForwardedAnswer.CopyAsync(context, answer, _time, _options.MaxSilence).ConfigureAwait(false);
            return (null, body);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            return (exception, body);
        }
    }

    private ForwardingTarget TargetOf(IdleWatcher watcher)
    {
        var generation = watcher.Generation;
        if (_targets.TryGetValue(watcher, out var known) && known.Generation == generation)
        {
            return known;
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_targets.TryGetValue(watcher, out known) && known.Generation == generation)
            {
                return known;
            }

            var made = _targets[watcher] = new ForwardingTarget(watcher, generation, _options);
            known?.Dispose();
            if (!_isSweeping)
            {
                _isSweeping = true;
                _sweep.Change(SweepInterval, SweepInterval);
            }

            return made;
        }
    }

    // Connections of containers that sleep again are not kept until they wake.
    private void Sweep()
    {
        lock (_gate)
        {
            foreach (var (watcher, target) in _targets)
            {
                if (target.IsOver && _targets.TryRemove(watcher, out _))
                {
                    target.Dispose();
                }
            }

            if (_targets.IsEmpty && !_isDisposed)
            {
                _isSweeping = false;
                _sweep.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // Only where the container can't have seen it, or may see it twice; and only while it has just come.
    private static bool MayRepeat(HttpContext context, IdleWatcher watcher, ForwardedBody? body, Exception exception)
    {
        if (context.RequestAborted.IsCancellationRequested
            || context.Response.HasStarted
            || body is { HasBegun: true }
            || exception is not HttpRequestException failure
            || watcher.Snapshot().Uptime is not { } uptime
            || uptime > FirstSeconds)
        {
            return false;
        }

        return failure.HttpRequestError is HttpRequestError.ConnectionError
            || (failure.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.Unknown && IsIdempotent(context.Request.Method));
    }

    private static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method);

    // A handler is disposed under a request where the container has ended meanwhile.
    private static bool IsFailure(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or SocketException or ContainerException or BadHttpRequestException or ObjectDisposedException;

    // Nothing has reached a container that may have been stopped by somebody else, and the request is one that wakes.
    private static bool MayWakeAgain(HttpContext context, IdleWatcher watcher, ForwardedBody? body, Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } or ContainerException or ObjectDisposedException
        && body is not { HasBegun: true }
        && !context.Response.HasStarted
        && !context.RequestAborted.IsCancellationRequested
        && context.Features.Get<BystanderFeature>() is null
        && IdleRoute.MayWake(watcher.Options, context.Request.Path);

    private async Task FailAsync(HttpContext context, IdleWatcher watcher, ForwardedBody? body, Exception exception)
    {
        if (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted && body?.ClientFailure is BadHttpRequestException bad)
        {
            Log.ForwardEnded(_logger, watcher.Name, bad.Message);
            var refusal = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? HttpRefusal.TooLarge : HttpRefusal.BadRequest;
            await Problems.WriteAsync(context, refusal, retryAfter: null, bad.StatusCode).ConfigureAwait(false);
            return;
        }

        if (context.RequestAborted.IsCancellationRequested || body?.ClientFailure is not null)
        {
            Log.ForwardEnded(_logger, watcher.Name, "the client has gone");
            context.Abort();
            return;
        }

        IdleHttpTelemetry.ForwardFailed();
        Log.ForwardFailed(_logger, watcher.Name, exception.Message, exception);
        if (context.Response.HasStarted)
        {
            // The client must not take what it has for all there is.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await Problems.WriteAsync(context, HttpRefusal.BadGateway, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }
}

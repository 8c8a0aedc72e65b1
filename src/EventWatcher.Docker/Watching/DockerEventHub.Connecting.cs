using Polly;
using Polly.Retry;

namespace EventWatcher.Docker;

// Connecting: ask the time, learn the ring (the first time), open the stream with an overlap, prove that nothing is missing.
internal sealed partial class DockerEventHub
{
    /// <summary>How far a resumed stream goes back behind the anchor: more than the engine's times ever go backwards.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    /// <summary>Some proxies hold the response's headers back until the first event.</summary>
    private static readonly TimeSpan LongestWaitForHeaders = TimeSpan.FromSeconds(1);

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> ContainersOnly =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["type"] = ["container"] };

    private readonly ResiliencePipeline _reconnect;
    private readonly SeenEvents _seen = new();
    private EventKey? _newest;
    private EventKey? _toProve;
    private string? _reloadReason;
    private bool _hasStood;

    private ResiliencePipeline ReconnectPipeline() => new ResiliencePipelineBuilder { TimeProvider = _timeProvider }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null && !_stop.IsCancellationRequested),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = _settings.RetryDelay,
            MaxDelay = _settings.MaxRetryDelay,

            // The first wait is exact, as the seed's; what follows is Polly's exponential back-off with jitter.
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(arguments.AttemptNumber == 0 ? _settings.RetryDelay : null),
            OnRetry = arguments =>
            {
                OnConnectFailed(arguments.Outcome.Exception!);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private void OnConnectFailed(Exception error)
    {
        DockerTelemetry.ConnectFailed();
        lock (_gate)
        {
            if (!_hasStood)
            {
                _reloadReason ??= "the engine was unreachable until now";
            }
        }

        Interrupt(error);
    }

    /// <summary>One try to have a stream that stands.</summary>
    private async ValueTask<DockerConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var ping = await _engine.PingAsync(cancellationToken).ConfigureAwait(false);
        var now = EngineClock.Now(ping, _timeProvider);
        if (_newest is null)
        {
            // Remembers what was there before, so that it is not delivered, and finds the anchor.
            await ReadRingAsync(ping, now, cancellationToken).ConfigureAwait(false);
        }

        var connection = new DockerConnection(cancellationToken);
        try
        {
            var opening = _engine.OpenEventsAsync(
                new DockerEventsRequest { SinceNanoseconds = ResumeFrom(now), Filters = ContainersOnly },
                connection.Ending);
            connection.Drain = DrainAsync(connection, opening);
            await WaitForHeadersAsync(opening, cancellationToken).ConfigureAwait(false);
            var reason = await FindReloadReasonAsync(connection, cancellationToken).ConfigureAwait(false);
            Stand(connection, reason);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            lock (_gate)
            {
                // What this attempt received has been marked as seen, so it must be delivered; and what follows it
                // is to be proved by the next attempt.
                ReleaseHeld(connection);
                _toProve ??= _hasStood ? _newest : null;
            }

            throw;
        }
    }

    private long ResumeFrom(long now)
    {
        lock (_gate)
        {
            // No anchor: nothing happened before now, so that what the engine repeats from here is new.
            var from = _newest?.TimeNanoseconds ?? now;
            if (_toProve is { } anchor)
            {
                from = Math.Min(from, anchor.TimeNanoseconds);
            }

            return _newest is null ? from : EngineClock.Before(from, Overlap);
        }
    }

    private async Task ReadRingAsync(DockerPing ping, long now, CancellationToken cancellationToken)
    {
        // Docker remembers 256 events; Podman keeps a log without end, of which the last minute is enough.
        var since = ping.LibpodVersion is null ? 0 : EngineClock.Before(now, TimeSpan.FromMinutes(1));
        var ring = await ReadBoundedAsync(since, now, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var item in ring)
            {
                _seen.Add(EventKey.Of(item));
            }

            _newest = ring.Count > 0 ? EventKey.Of(ring[^1]) : null;
        }
    }

    private async Task WaitForHeadersAsync(Task<IDockerEventStream> opening, CancellationToken cancellationToken)
    {
        try
        {
            await opening.WaitAsync(LongestWaitForHeaders, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!opening.IsFaulted)
        {
            Log.HeadersAreLate(_logger, Source, LongestWaitForHeaders);
        }
    }

    /// <summary>
    /// Null where the new stream continues the old one without a gap. The event received last is looked for in the
    /// engine's memory, and must come again on the stream itself: the memory is a ring, so what is newer than an
    /// event that is still in it is in it too.
    /// </summary>
    private async Task<string?> FindReloadReasonAsync(DockerConnection connection, CancellationToken cancellationToken)
    {
        EventKey anchor;
        lock (_gate)
        {
            if (_reloadReason is not null || _toProve is null)
            {
                _toProve = null;
                return _reloadReason;
            }

            anchor = _toProve.Value;
        }

        // An engine whose clock was set back refuses this as a range that ends before it begins.
        var ping = await _engine.PingAsync(cancellationToken).ConfigureAwait(false);
        var now = EngineClock.Now(ping, _timeProvider);
        var since = EngineClock.Before(anchor.TimeNanoseconds, Overlap);
        var isRemembered = now > since && await IsInRingAsync(anchor, since, now, cancellationToken).ConfigureAwait(false);
        if (isRemembered)
        {
            await WaitForProofAsync(connection, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            var isProved = _toProve is null;
            _toProve = null;
            return isProved ? null : _reloadReason ?? "the engine's memory no longer reaches back to the last event received";
        }
    }

    private async Task<bool> IsInRingAsync(EventKey anchor, long since, long now, CancellationToken cancellationToken)
    {
        // The clock's second may have only just begun when the anchor happened.
        var until = Math.Max(now, anchor.TimeNanoseconds);
        var ring = await ReadBoundedAsync(since, until, cancellationToken).ConfigureAwait(false);
        return ring.Exists(item => EventKey.Of(item) == anchor);
    }

    private async Task WaitForProofAsync(DockerConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var first = await Task.WhenAny(connection.Proof.Task, connection.Drain)
                .WaitAsync(_settings.Timeout, _timeProvider, cancellationToken).ConfigureAwait(false);
            if (first == connection.Drain && !connection.Proof.Task.IsCompleted)
            {
                throw await connection.Drain.ConfigureAwait(false) ??
                    new DockerStreamCutException(_engine.Name, $"The event stream of {_engine.Name} ended before it had repeated what it should.");
            }
        }
        catch (TimeoutException)
        {
            // Not proved: the caller sends a ForceReload.
            Log.ProofIsMissing(_logger, Source, _settings.Timeout);
        }
    }

    private async Task<List<DockerEvent>> ReadBoundedAsync(long since, long until, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_settings.Timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var events = new List<DockerEvent>();
            var stream = await _engine.OpenEventsAsync(
                new DockerEventsRequest { SinceNanoseconds = since, UntilNanoseconds = until, Filters = ContainersOnly },
                either.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        if (await stream.ReadAsync(either.Token).ConfigureAwait(false) is not { } item)
                        {
                            return events;
                        }

                        events.Add(item);
                    }
                    catch (DockerEventFormatException exception)
                    {
                        // The stream itself reports what it can't read; here one event less proves a little less.
                        Log.MalformedInRing(_logger, Source, exception.Message);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DockerUnreachableException(
                _engine.Name,
                DockerUnreachableReason.TimedOut,
                $"The engine {_engine.Name} did not answer a bounded read of its events within {_settings.Timeout}.");
        }
    }
}

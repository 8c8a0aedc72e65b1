using System.Diagnostics;
using System.Runtime.CompilerServices;
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
    private readonly UnreadEvents _unread = new();
    private EventKey? _newest;
    private EventKey? _toProve;
    private EventKey? _covered;
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
        using var activity = DockerTelemetry.StartConnect(Source);
        try
        {
            return await TryConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    private async ValueTask<DockerConnection> TryConnectAsync(CancellationToken cancellationToken)
    {
        var (ping, now) = await AskTimeAsync(cancellationToken).ConfigureAwait(false);
        if (_newest is null)
        {
            // Remembers what was there before, so that it is not delivered, and finds the anchor.
            await ReadRingAsync(ping, now, cancellationToken).ConfigureAwait(false);
        }

        var connection = new DockerConnection(now, _toProve, cancellationToken);
        try
        {
            var opening = _engine.OpenEventsAsync(
                new DockerEventsRequest { SinceNanoseconds = ResumeFrom(now), Filters = ContainersOnly },
                connection.Ending);
            connection.Drain = DrainAsync(connection, opening);
            await WaitForHeadersAsync(opening, cancellationToken).ConfigureAwait(false);
            await ProveAsync(connection, cancellationToken).ConfigureAwait(false);
            Stand(connection);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            GiveUp(connection);
            throw;
        }
    }

    private void GiveUp(DockerConnection connection)
    {
        lock (_gate)
        {
            if (!_hasStood || _settings.Resume == DockerResume.Never)
            {
                // Nobody has been promised anything; the next attempt begins anew, with a ForceReload in the end.
                connection.Held = null;
                Forget();
                return;
            }

            // What this attempt received has been marked as seen, so it must be delivered; and what follows it is to
            // be proved by the next attempt.
            ReleaseHeld(connection);
            _toProve ??= _newest;
        }
    }

    private async Task<(DockerPing Ping, long Now)> AskTimeAsync(CancellationToken cancellationToken)
    {
        var before = _timeProvider.GetUtcNow();
        var ping = await _engine.PingAsync(cancellationToken).ConfigureAwait(false);
        return (ping, EngineClock.Now(before, ping.EngineTime, _timeProvider.GetUtcNow()));
    }

    /// <summary>
    /// From well before the newest event received. Without one, from well before now: what happened before is known
    /// to be nothing. An engine whose clock was set back repeats nothing that is older than what it is asked for.
    /// </summary>
    private long ResumeFrom(long now)
    {
        lock (_gate)
        {
            var from = Math.Min(now, _newest?.TimeNanoseconds ?? now);
            return EngineClock.Before(Math.Min(from, _toProve?.TimeNanoseconds ?? from), Overlap);
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
        catch (TimeoutException) when (!opening.IsCompleted)
        {
            Log.HeadersAreLate(_logger, Source, LongestWaitForHeaders);
        }
    }

    /// <summary>
    /// Finds out whether the new stream continues the old one without a gap. The event received last is looked for in
    /// the engine's memory, and must come again on the stream itself: the memory is a ring, so what is newer than an
    /// event that is still in it is in it too.
    /// </summary>
    private async Task ProveAsync(DockerConnection connection, CancellationToken cancellationToken)
    {
        if (connection.Anchor is not { } anchor)
        {
            return;
        }

        var ring = await ReadRingUntilAsync(anchor, cancellationToken).ConfigureAwait(false);
        var isRemembered = ring.Count > 0 && ring[^1] == anchor;
        if (isRemembered)
        {
            await WaitForProofAsync(connection, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            if (_toProve is null)
            {
                return;
            }

            _toProve = null;
            _reloadReason ??= "the engine's memory no longer reaches back to the last event received";
            if (!isRemembered && _newest == anchor)
            {
                // It will not be found the next time either. What the engine remembers now is made good by the ForceReload.
                _newest = _covered = ring.Count > 0 ? ring[^1] : null;
            }
        }
    }

    /// <summary>Reads the engine's memory as far as an event that is looked for: the last one of the result where it is there.</summary>
    private async Task<List<EventKey>> ReadRingUntilAsync(EventKey anchor, CancellationToken cancellationToken)
    {
        var (ping, now) = await AskTimeAsync(cancellationToken).ConfigureAwait(false);
        var since = EngineClock.Before(Math.Min(now, anchor.TimeNanoseconds), Overlap);

        // An engine whose clock was set back by less than the overlap still has it, in its future.
        var until = anchor.TimeNanoseconds > now && EngineClock.Before(anchor.TimeNanoseconds, Overlap) < now ? anchor.TimeNanoseconds : now;
        var keys = new List<EventKey>();
        await foreach (var item in BoundedAsync(ping.LibpodVersion is null ? 0 : since, until, cancellationToken).ConfigureAwait(false))
        {
            keys.Add(EventKey.Of(item));
            if (keys[^1] == anchor)
            {
                break;
            }
        }

        return keys;
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
        var events = new List<DockerEvent>();
        await foreach (var item in BoundedAsync(since, until, cancellationToken).ConfigureAwait(false))
        {
            events.Add(item);
        }

        return events;
    }

    private async IAsyncEnumerable<DockerEvent> BoundedAsync(long since, long until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_settings.Timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var stream = await InTimeAsync(
            _engine.OpenEventsAsync(
                new DockerEventsRequest { SinceNanoseconds = since, UntilNanoseconds = until, Filters = ContainersOnly },
                either.Token),
            timeout.Token,
            cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                DockerEvent? item;
                try
                {
                    item = await InTimeAsync(stream.ReadAsync(either.Token).AsTask(), timeout.Token, cancellationToken).ConfigureAwait(false);
                }
                catch (DockerEventFormatException exception)
                {
                    // The stream itself reports what it can't read; here one event less proves a little less.
                    Log.MalformedInRing(_logger, Source, exception.Message);
                    continue;
                }

                if (item is null)
                {
                    yield break;
                }

                yield return item;
            }
        }
    }

    private async Task<T> InTimeAsync<T>(Task<T> task, CancellationToken timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await task.ConfigureAwait(false);
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

namespace EventWatcher.Docker;

// Auditing: what was received is compared with the engine's memory, since an engine drops events for slow readers with
// the connection still open, and a dead connection may say nothing at all.
internal sealed partial class DockerEventHub
{
    /// <summary>What is newer than this may still be on its way.</summary>
    private static readonly TimeSpan AuditMargin = TimeSpan.FromSeconds(2);

    /// <summary>More than the engine's times ever go backwards.</summary>
    private static readonly TimeSpan AuditOverlap = TimeSpan.FromSeconds(1);

    /// <summary>How far an audit looks back when no event has been received from which to look.</summary>
    private static readonly TimeSpan WindowWithoutAnchor = TimeSpan.FromMinutes(2);

    private const int LongestQuietFactor = 6;

    private async Task AuditAsync(DockerConnection connection)
    {
        if (_settings.AuditInterval == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        var from = connection.AuditFrom;
        var quiet = 1;
        try
        {
            while (true)
            {
                await Task.Delay(_settings.AuditInterval * quiet, _timeProvider, connection.Ending).ConfigureAwait(false);
                var previous = from;
                (from, var isClean) = await AuditOnceAsync(connection, from).ConfigureAwait(false);
                quiet = isClean && from == previous ? Math.Min(quiet * 2, LongestQuietFactor) : 1;
            }
        }
        catch (OperationCanceledException) when (connection.Ending.IsCancellationRequested)
        {
            Log.AuditEnds(_logger, Source);
        }
    }

    /// <summary>One comparison.</summary>
    /// <returns>From where the next audit looks, and whether this one found everything in order.</returns>
    private async Task<(EventKey? From, bool IsClean)> AuditOnceAsync(DockerConnection connection, EventKey? from)
    {
        List<DockerEvent> ring;
        long until;
        try
        {
            var ping = await _engine.PingAsync(connection.Ending).ConfigureAwait(false);
            until = EngineClock.Before(EngineClock.Now(ping, _timeProvider), AuditMargin);
            var since = from is { } known
                ? EngineClock.Before(known.TimeNanoseconds, AuditOverlap)
                : EngineClock.Before(until, WindowWithoutAnchor);
            if (until <= since)
            {
                return (from, true);
            }

            ring = await ReadBoundedAsync(since, until, connection.Ending).ConfigureAwait(false);
        }
        catch (DockerEngineException exception)
        {
            // The engine is busy or gone; if it is gone the stream will say so.
            Log.AuditFailed(_logger, Source, exception.Message);
            return (from, false);
        }

        return Compare(connection, ring, from, until);
    }

    private (EventKey? From, bool IsClean) Compare(DockerConnection connection, List<DockerEvent> ring, EventKey? from, long until)
    {
        lock (_gate)
        {
            var start = from is { } known ? ring.FindIndex(item => EventKey.Of(item) == known) : 0;
            var next = _seen.NewestUntil(until) ?? from;
            if (start < 0 || connection.Ending.IsCancellationRequested)
            {
                DockerTelemetry.Audited("uncovered");
                return (next, true);
            }

            var missing = ring.Skip(start).Where(IsMissing).ToList();
            if (missing.Count == 0)
            {
                DockerTelemetry.Audited("clean");
                return (next, true);
            }

            DockerTelemetry.Audited("missing");
            Repair(missing);
            connection.AuditFailure = new DockerStreamCutException(
                _engine.Name,
                $"The event stream of {_engine.Name} lacked {missing.Count} events that the engine had recorded; it is replaced by a new one.");
            connection.End();
            return (next, false);
        }
    }

    private bool IsMissing(DockerEvent item) =>
        item.TimeNanoseconds > _seen.ForgottenUntil && !_seen.Contains(EventKey.Of(item));

    /// <summary>Late is good enough while nothing later of the same container was delivered; else the order would be false.</summary>
    private void Repair(List<DockerEvent> missing)
    {
        var isOrderly = !missing.Exists(item => _seen.HasLaterOf(EventKey.Of(item)));
        foreach (var item in missing)
        {
            _seen.Add(EventKey.Of(item));
            if (isOrderly)
            {
                Dispatch(item);
            }
        }

        Log.AuditFound(_logger, Source, missing.Count, isOrderly ? "delivered late" : "force-reload");
        if (!isOrderly)
        {
            ForceReload("the engine had dropped events for this stream");
        }
    }
}

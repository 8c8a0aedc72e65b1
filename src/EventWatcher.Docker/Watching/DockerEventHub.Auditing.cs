namespace EventWatcher.Docker;

// Auditing: what was received is compared with the engine's memory, since an engine drops events for slow readers with
// the connection still open, and a dead connection may say nothing at all.
internal sealed partial class DockerEventHub
{
    /// <summary>What is newer than this may still be on its way.</summary>
    private static readonly TimeSpan AuditMargin = TimeSpan.FromSeconds(2);

    /// <summary>How long what seems to be missing may take to come after all, while the stream is silent.</summary>
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(1);

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
        try
        {
            var (_, now) = await AskTimeAsync(connection.Ending).ConfigureAwait(false);
            var until = EngineClock.Before(now, AuditMargin);
            if (from is { } future && future.TimeNanoseconds > now)
            {
                // The engine's clock was set back: what is to come is earlier than what was.
                from = null;
                connection.AuditSince = now;
            }

            var since = from is { } known ? EngineClock.Before(known.TimeNanoseconds, SeenEvents.Disorder) : connection.AuditSince;
            if (until <= since)
            {
                return (from, true);
            }

            var ring = await ReadBoundedAsync(since, until, connection.Ending).ConfigureAwait(false);
            var (missing, next) = Compare(connection, ring, from, until);
            if (missing.Count > 0 && await IsGoneAsync(connection, missing).ConfigureAwait(false))
            {
                Replace(connection, ring, missing);
                return (next, false);
            }

            return (next, true);
        }
        catch (Exception exception) when (!connection.Ending.IsCancellationRequested)
        {
            // The engine is busy or gone; if it is gone the stream will say so.
            Log.AuditFailed(_logger, Source, exception.Message);
            return (from, false);
        }
    }

    /// <summary>Compares the engine's memory with what was received.</summary>
    /// <returns>What was not received, and from where the next audit looks.</returns>
    private (List<DockerEvent> Missing, EventKey? Next) Compare(DockerConnection connection, List<DockerEvent> ring, EventKey? from, long until)
    {
        lock (_gate)
        {
            var next = _seen.NewestUntil(until) is { } newest && (from is not null || newest.TimeNanoseconds >= connection.AuditSince) ? newest : from;
            var start = from is { } known ? ring.FindIndex(item => EventKey.Of(item) == known) : 0;
            if (start < 0)
            {
                DockerTelemetry.Audited("uncovered");
                return ([], next);
            }

            var missing = new List<DockerEvent>();
            EventKey? previous = null;
            foreach (var item in ring.Skip(start))
            {
                var key = EventKey.Of(item);
                if (IsMissing(key) && !_unread.Resolve(previous, key))
                {
                    missing.Add(item);
                }
                else
                {
                    _seen.Add(key);
                }

                previous = key;
            }

            if (missing.Count == 0)
            {
                DockerTelemetry.Audited("clean");
            }

            return (missing, next);
        }
    }

    private bool IsMissing(EventKey key) => key.HasTime && key.TimeNanoseconds > _seen.ForgottenUntil && !_seen.Contains(key);

    /// <summary>
    /// Whether the stream has passed what is missing, or has fallen silent. A machine that was held up may have it
    /// still unread.
    /// </summary>
    private async Task<bool> IsGoneAsync(DockerConnection connection, List<DockerEvent> missing)
    {
        while (true)
        {
            long received;
            lock (_gate)
            {
                missing.RemoveAll(item => !IsMissing(EventKey.Of(item)));
                if (missing.Count == 0)
                {
                    return false;
                }

                if (EngineClock.Before(connection.LatestTime, SeenEvents.Disorder) > missing.Max(static item => item.TimeNanoseconds))
                {
                    return true;
                }

                received = connection.ReceivedCount;
            }

            await Task.Delay(LastChance, _timeProvider, connection.Ending).ConfigureAwait(false);
            lock (_gate)
            {
                missing.RemoveAll(item => !IsMissing(EventKey.Of(item)));
                if (missing.Count == 0 || connection.ReceivedCount == received)
                {
                    return missing.Count > 0;
                }
            }
        }
    }

    private void Replace(DockerConnection connection, List<DockerEvent> ring, List<DockerEvent> missing)
    {
        lock (_gate)
        {
            if (connection.Ending.IsCancellationRequested)
            {
                return;
            }

            DockerTelemetry.Audited("missing");
            Repair(ring, missing);
            connection.AuditFailure = new DockerStreamCutException(
                _engine.Name,
                $"The event stream of {_engine.Name} lacked {missing.Count} events that the engine had recorded; it is replaced by a new one.");
        }

        connection.End();
    }

    /// <summary>Late is good enough while nothing later of the same container was delivered; else the order would be false.</summary>
    private void Repair(List<DockerEvent> ring, List<DockerEvent> missing)
    {
        var isOrderly = missing.TrueForAll(item => IsOrderly(ring, item));
        foreach (var item in missing)
        {
            _seen.Add(EventKey.Of(item));
            if (isOrderly)
            {
                Dispatch(item);

                // Everything up to here has come now.
                _newest ??= EventKey.Of(item);
            }
        }

        Log.AuditFound(_logger, Source, missing.Count, isOrderly ? "delivered late" : "force-reload");
        if (!isOrderly && _settings.Resume == DockerResume.Proved)
        {
            ForceReload("the engine had dropped events for this stream");
        }
    }

    private bool IsOrderly(List<DockerEvent> ring, DockerEvent item)
    {
        var earlier = ring.TakeWhile(other => other != item).Select(EventKey.Of).ToHashSet();
        return !DockerEventMap.TryGet(item.Action, out _) || !_seen.HasLaterOf(EventKey.Of(item), earlier);
    }
}

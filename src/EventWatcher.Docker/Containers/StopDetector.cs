namespace EventWatcher.Docker;

/// <summary>Finds out whether a container that runs is just being stopped.</summary>
/// <remarks>
/// Its inspection does not tell, but its latest event does: a signal was sent, and it has not ended since. A signal that
/// ends no process by custom is left out of it, where no label can have overwritten the event's word for it.
/// </remarks>
internal sealed class StopDetector(IDockerEngine engine, TimeProvider timeProvider)
{
    private static readonly TimeSpan DefaultStopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What a stop may take beyond its time-out.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait, whatever the container's time-out is.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>How long asking may take; a proxy may hold the headers back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Clocks that differ by less are taken for one.</summary>
    private static readonly TimeSpan SameClock = TimeSpan.FromSeconds(2);

    /// <summary>Returns how much longer the stop may take; zero where none is under way, or where it can't be known.</summary>
    internal async Task<TimeSpan> RemainingAsync(DockerContainerDetails details, CancellationToken cancellationToken)
    {
        var allowed = details.StopTimeout is { } own && own < Longest && own >= TimeSpan.Zero ? own : details.StopTimeout is null ? DefaultStopTimeout : Longest;
        if (details.State.Status is DockerStates.Stopping)
        {
            return allowed + Slack;
        }

        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var now = await EngineTimeAsync(linked.Token).ConfigureAwait(false);
            var last = await LastAsync(details, now, linked.Token).ConfigureAwait(false);
            return last switch
            {
                { Action: "kill" } when !IsHarmless(last, details) => allowed + Slack - (now - last.Time),

                // It has ended since it was inspected; the next inspection says so.
                { Action: "die" or "died" } => Slack - (now - last.Time),
                _ => TimeSpan.Zero,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (DockerEngineException)
        {
            // The engine said that it runs; it is taken at its word.
            return TimeSpan.Zero;
        }
    }

    // A configuration is read anew on HUP, a log file opened anew on USR1: nobody wants to wait for an end after these.
    private static bool IsHarmless(DockerEvent kill, DockerContainerDetails details) =>
        !details.Labels.ContainsKey("signal")
        && kill.Attributes.TryGetValue("signal", out var text)
        && DockerSignal.TryNormalize(text) is "SIGHUP" or "SIGUSR1" or "SIGUSR2" or "SIGCHLD" or "SIGCONT" or "SIGURG" or "SIGWINCH"
        && !string.Equals(DockerSignal.TryNormalize(text), DockerSignal.TryNormalize(details.StopSignal), StringComparison.Ordinal);

    private async Task<DockerEvent?> LastAsync(DockerContainerDetails details, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = Nanoseconds(now);
        var request = new DockerEventsRequest
        {
            SinceNanoseconds = Math.Clamp(Nanoseconds(details.State.StartedAt ?? DateTimeOffset.UnixEpoch), 0, until),
            UntilNanoseconds = until,
            Filters = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                ["type"] = ["container"],
                ["container"] = [details.Id],
            },
        };
        var stream = await engine.OpenEventsAsync(request, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            DockerEvent? last = null;
            while (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { } next)
            {
                last = next.Action is "kill" or "die" or "died" or "start" ? next : last;
            }

            return last;
        }
    }

    // The engine tells its time to the second. Where this machine's clock agrees, it is taken for the engine's, since
    // "until" a time that is still to come would have to be waited for.
    private async Task<DateTimeOffset> EngineTimeAsync(CancellationToken cancellationToken)
    {
        var ping = await engine.PingAsync(cancellationToken).ConfigureAwait(false);
        var here = timeProvider.GetUtcNow();
        return ping.EngineTime is not { } there || (here - there).Duration() < SameClock ? here : there + TimeSpan.FromSeconds(1);
    }

    private static long Nanoseconds(DateTimeOffset time) =>
        Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) * TimeSpan.NanosecondsPerTick;
}

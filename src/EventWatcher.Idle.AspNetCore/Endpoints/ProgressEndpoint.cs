using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Tells of a wake as server-sent events.</summary>
internal sealed class ProgressEndpoint(IdleHttp http)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var name = Convert.ToString(context.Request.RouteValues["name"], CultureInfo.InvariantCulture);
        if (name is null || http.Routes.ByName(name) is not { } route)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!IsSameOrigin(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var watcher = route.Watcher;
        var events = watcher.WakeEvents;
        var isResumed = TryRead(context.Request.Headers["Last-Event-ID"], out var after);
        if (isResumed && events.Latest is { IsEnd: true } latest && latest.Id <= after)
        {
            // Everything has been told; this status ends the browser's coming back.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (!isResumed && !TryRead(context.Request.Query["after"], out after))
        {
            after = BeforeWake(events);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, http.Stopping);
        var reader = events.ReadAsync(after, either.Token).GetAsyncEnumerator(either.Token);
        var first = reader.MoveNextAsync().AsTask();
        if (first.IsFaulted)
        {
            _ = first.Exception;
            await Problems.WriteAsync(context, HttpRefusal.TooManyReaders, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            return;
        }

        IdleHttpTelemetry.ReaderCame();
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await TypedResults.ServerSentEvents(FollowAsync(watcher, reader, first, either.Token)).ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The browser has gone, or comes back to whoever is here then.
            context.Abort();
        }
        finally
        {
            IdleHttpTelemetry.ReaderLeft();
        }
    }

    /// <summary>Says whether whoever asks is a page of this host, or none at all.</summary>
    private static bool IsSameOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
        {
            return site[0] is "same-origin" or "none";
        }

        var origin = request.Headers.Origin;
        return origin.Count == 0
            || (Uri.TryCreate(origin[0], UriKind.Absolute, out var url) && string.Equals(url.Authority, request.Headers.Host, StringComparison.OrdinalIgnoreCase));
    }

    private static bool TryRead(string? text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    // The wake that is under way from its beginning; nothing of those before.
    private static long BeforeWake(WakeEventLog events)
    {
        var history = events.GetHistory();
        if (history.Count == 0 || history[^1].IsEnd)
        {
            return events.LastId;
        }

        return (history.LastOrDefault(static item => item.Type == WakeEventType.Starting) ?? history[0]).Id - 1;
    }

    private async IAsyncEnumerable<SseItem<string>> FollowAsync(
        IdleWatcher watcher,
        IAsyncEnumerator<WakeEvent> reader,
        Task<bool> next,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            // The headers leave with the first item, and a browser waits for them.
            yield return new SseItem<string>(ProgressItems.Snapshot(watcher.Snapshot(), http.Time.GetUtcNow()));
            while (true)
            {
                if (!next.IsCompleted && watcher.State == IdleState.Ready)
                {
                    // Ready without a wake that anybody could tell of.
                    yield return new SseItem<string>(ProgressItems.AlreadyReady(watcher.Name, http.Time.GetUtcNow()));
                    yield break;
                }

                if (!await EndsWithinAsync(next, cancellationToken).ConfigureAwait(false))
                {
                    yield return new SseItem<string>(ProgressItems.Heartbeat);
                    continue;
                }

                if (!await next.ConfigureAwait(false))
                {
                    yield break;
                }

                var item = reader.Current;
                yield return new SseItem<string>(ProgressItems.Of(item)) { EventId = item.Id.ToString(CultureInfo.InvariantCulture) };
                if (item.IsEnd)
                {
                    yield break;
                }

                next = reader.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            await EndAsync(reader, next).ConfigureAwait(false);
        }
    }

    private async Task<bool> EndsWithinAsync(Task next, CancellationToken cancellationToken)
    {
        if (next.IsCompleted)
        {
            return true;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var heartbeat = Task.Delay(http.Options.HeartbeatInterval, http.Time, enough.Token);
        var isNext = await Task.WhenAny(next, heartbeat).ConfigureAwait(false) == next;
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return isNext;
    }

    // An enumerator is not to be disposed while it moves: what it waits for ends with the request.
    private static async Task EndAsync(IAsyncEnumerator<WakeEvent> reader, Task next)
    {
        if (next.IsCompleted)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            return;
        }

        _ = LateAsync();

        async Task LateAsync()
        {
            await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }
}

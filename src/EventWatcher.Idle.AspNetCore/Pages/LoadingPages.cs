using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Answers browsers that navigate to a container that is not ready.</summary>
internal static class LoadingPages
{
    private const int NonceBytes = 16;

    /// <summary>Wakes the container and answers with the page; with the reason alone where a wake has just failed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="http">The application's.</param>
    /// <param name="route">The container.</param>
    /// <param name="target">The path and query that the browser is at.</param>
    public static async Task AnswerAsync(HttpContext context, IdleHttp http, IdleRoute route, string target)
    {
        var events = route.Watcher.WakeEvents;
        var failure = FailureOf(http, route);

        // What came before this request is no news to it, unless it belongs to the wake that is under way.
        var history = events.GetHistory();
        var start = IndexOfWake(history);
        var isUnderWay = start < history.Count && !history[^1].IsEnd;
        var after = isUnderWay ? history[start].Id - 1 : events.LastId;
        if (failure is null)
        {
            route.Held.Wake(route.Watcher);
        }

        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));
        var prefix = context.Request.PathBase + http.Prefix;
        var name = Uri.EscapeDataString(route.Watcher.Name);
        var expected = route.Watcher.ExpectedWakeTime;
        var page = new LoadingPage
        {
            Container = route.Watcher.Name,
            Steps = StepsOf(route.Watcher.Name, isUnderWay ? history.Skip(start) : []),
            Elapsed = isUnderWay ? http.Time.GetUtcNow() - history[start].Timestamp : TimeSpan.Zero,
            Expected = expected > TimeSpan.Zero ? expected : null,
            Error = failure is null ? null : HttpRefusal.Of(failure).Detail,
            EventsPath = http.IsMapped && failure is null ? string.Create(CultureInfo.InvariantCulture, $"{prefix}/{name}/events?after={after}") : null,
            RetryPath = http.IsMapped ? $"{prefix}/{name}/retry?to={Uri.EscapeDataString(target)}" : target,
            RefreshAfter = failure is null ? http.Options.RefreshInterval : null,
            Nonce = nonce,
        };
        SetHeaders(context.Response, page, failure);
        IdleHttpTelemetry.PageServed();
        try
        {
            await http.Renderer.RenderAsync(context, page).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            Log.PageFailed(http.Logger, route.Watcher.Name, exception);
            await Problems.WriteAsync(context, HttpRefusal.NotReadyYet, RetryAfter(page)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The browser has gone; the wake goes on.
            context.Abort();
        }
    }

    private static IdleRefusal? FailureOf(IdleHttp http, IdleRoute route)
    {
        var isNews = route.Watcher.State == IdleState.Error
            && route.Watcher.WakeEvents.Latest is { } latest
            && http.Time.GetUtcNow() - latest.Timestamp < http.Options.ErrorPageTime;
        return isNews ? route.Watcher.WakeEvents.Latest?.Refusal : null;
    }

    private static void SetHeaders(HttpResponse response, LoadingPage page, IdleRefusal? failure)
    {
        response.StatusCode = failure is null ? StatusCodes.Status503ServiceUnavailable : HttpRefusal.Of(failure).Status;
        response.ContentType = "text/html; charset=utf-8";
        var headers = response.Headers;
        headers.RetryAfter = Problems.SecondsOf(RetryAfter(page));
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'nonce-{page.Nonce}'; script-src 'nonce-{page.Nonce}'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'";
    }

    private static TimeSpan RetryAfter(LoadingPage page)
    {
        var left = (page.Expected ?? TimeSpan.Zero) - page.Elapsed;
        return left > TimeSpan.Zero ? left : page.RefreshAfter ?? TimeSpan.FromSeconds(1);
    }

    private static int IndexOfWake(IReadOnlyList<WakeEvent> history)
    {
        for (var i = history.Count - 1; i >= 0; i--)
        {
            if (history[i].Type == WakeEventType.Starting)
            {
                return i;
            }
        }

        return history.Count;
    }

    private static List<LoadingStep> StepsOf(string container, IEnumerable<WakeEvent> wake)
    {
        var steps = new List<LoadingStep>();
        foreach (var item in wake)
        {
            if (item.Dependency is not { } dependency)
            {
                continue;
            }

            var at = steps.FindIndex(step => string.Equals(step.Name, dependency, StringComparison.Ordinal));
            if (at < 0)
            {
                steps.Add(new LoadingStep(dependency, item.Type == WakeEventType.DependencyReady));
            }
            else
            {
                steps[at] = new LoadingStep(dependency, item.Type == WakeEventType.DependencyReady);
            }
        }

        steps.Add(new LoadingStep(container, IsDone: false));
        return steps;
    }
}

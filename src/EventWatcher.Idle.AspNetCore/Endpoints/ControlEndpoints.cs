using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Status, wake, sleep, and the page's second try.</summary>
internal sealed partial class ControlEndpoints(IdleHttp http)
{
    // A second try begins within a second of the first one's failure.
    private static readonly TimeSpan BeginsWithin = TimeSpan.FromSeconds(3);

    // Reading never renews a lease: nothing is asked of the container.
    public async Task GetStatusAsync(HttpContext context)
    {
        if (RouteOf(context) is { } route)
        {
            await WriteAsync(context, route.Watcher.Snapshot()).ConfigureAwait(false);
        }
    }

    public async Task WakeAsync(HttpContext context)
    {
        if (RouteOf(context) is not { } route)
        {
            return;
        }

        Log.WakeAsked(http.Logger, route.Watcher.Name, UserOf(context));
        route.Held.Wake(route.Watcher);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await WriteAsync(context, route.Watcher.Snapshot()).ConfigureAwait(false);
    }

    public async Task SleepAsync(HttpContext context)
    {
        if (RouteOf(context) is not { } route)
        {
            return;
        }

        var sleeps = await route.Watcher.SleepAsync(context.RequestAborted).ConfigureAwait(false);
        Log.SleepAsked(http.Logger, route.Watcher.Name, UserOf(context), sleeps);
        context.Response.StatusCode = sleeps ? StatusCodes.Status200OK : StatusCodes.Status409Conflict;
        await WriteAsync(context, route.Watcher.Snapshot()).ConfigureAwait(false);
    }

    /// <summary>Wakes, as going to the application does, and leads back there: after a failure the browser is told of it first.</summary>
    public Task RetryAsync(HttpContext context)
    {
        if (RouteOf(context) is not { } route)
        {
            return Task.CompletedTask;
        }

        var target = context.Request.Query["to"].ToString();
        if (!IsLocal(target))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        if (!route.MayWake(PathOf(target)))
        {
            return Problems.WriteAsync(context, HttpRefusal.StartEndpoint, retryAfter: null);
        }

        return RetryAsync(context, route, target);
    }

    private async Task RetryAsync(HttpContext context, IdleRoute route, string target)
    {
        var events = route.Watcher.WakeEvents;
        var last = events.LastId;

        // Where nothing has failed, going there is enough; and this wakes nothing that nobody could go to.
        if (route.Watcher.State == IdleState.Error && !route.Policy.IsIgnored(context.Request, context.Request.Path, context.Connection.RemoteIpAddress))
        {
            route.Held.Wake(route.Watcher);

            // Back there before the new try has begun, the browser would be told of the old one.
            using var enough = new CancellationTokenSource(BeginsWithin, http.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, context.RequestAborted);
            await BeginsAsync(events, last, either.Token).ConfigureAwait(false);
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(Unreadable().Replace(target, static match => Uri.EscapeDataString(match.Value)));
    }

    private static async Task BeginsAsync(WakeEventLog events, long last, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in events.ReadAsync(last, cancellationToken).ConfigureAwait(false))
            {
                if (item.Type == WakeEventType.Starting || item.IsEnd)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException)
        {
            // It was worth waiting for, and not more than that.
        }
    }

    // A path of this host, and nothing that a browser takes for another host.
    internal static bool IsLocal(string target) =>
        target.StartsWith('/') && !target.StartsWith("//", StringComparison.Ordinal) && !target.AsSpan().ContainsAny("\\\r\n\t");

    /// <summary>Returns the path of a path and query, decoded.</summary>
    internal static PathString PathOf(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return new PathString(Uri.UnescapeDataString(query < 0 ? target : target[..query]));
    }

    [GeneratedRegex("[^!-~]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Unreadable();

    private static string UserOf(HttpContext context) => context.User.Identity?.Name ?? "somebody";

    private static async Task WriteAsync(HttpContext context, IdleSnapshot snapshot)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var writer = new Utf8JsonWriter(response.BodyWriter);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, snapshot.Name);
            writer.WriteString("status"u8, snapshot.Status);
#pragma warning disable CA1308 // Not to compare: names are lower case on this wire.
            writer.WriteString("state"u8, snapshot.State.ToString().ToLowerInvariant());
#pragma warning restore CA1308
            writer.WriteString("since"u8, snapshot.Since);
            WriteSeconds(writer, "uptime", snapshot.Uptime);
            WriteSeconds(writer, "latency", snapshot.Latency);
            writer.WriteNumber("tries"u8, snapshot.Tries);
            if (snapshot.NextSleep is { } nextSleep)
            {
                writer.WriteString("nextSleep"u8, nextSleep);
            }
            else
            {
                writer.WriteNull("nextSleep"u8);
            }

            writer.WriteNumber("leases"u8, snapshot.Leases);
            writer.WriteNumber("waiting"u8, snapshot.Waiting);
            WriteSeconds(writer, "expectedWake", snapshot.ExpectedWake);
            writer.WriteEndObject();
        }

        await response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static void WriteSeconds(Utf8JsonWriter writer, string name, TimeSpan? time)
    {
        if (time is { } known)
        {
            writer.WriteNumber(name, Math.Round(known.TotalSeconds, 3));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private IdleRoute? RouteOf(HttpContext context)
    {
        var name = Convert.ToString(context.Request.RouteValues["name"], CultureInfo.InvariantCulture);
        var route = name is null ? null : http.Routes.ByName(name);
        if (route is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }

        return route;
    }
}

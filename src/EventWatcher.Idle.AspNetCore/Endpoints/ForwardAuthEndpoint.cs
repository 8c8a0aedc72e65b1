using System.Net;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Primitives;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>
/// Answers other proxies that ask before they let a request through. They tell of its beginning alone: the container is
/// touched, and no lease is held.
/// </summary>
internal sealed class ForwardAuthEndpoint(IdleHttp http)
{
    // Proxies ask with the method of the request, or always with GET.
    public static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public async Task AnswerAsync(HttpContext context)
    {
        var isNginx = string.Equals(context.Request.Query["mode"], "nginx", StringComparison.OrdinalIgnoreCase);
        var original = OriginalRequest.Of(context);
        if (RouteOf(context, original) is not { } route)
        {
            context.Response.StatusCode = isNginx ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound;
            return;
        }

        if (route.Policy.IsIgnored(context.Request, original.Path, original.Client))
        {
            await AnswerBystanderAsync(context, route, isNginx).ConfigureAwait(false);
            return;
        }

        if (route.Watcher.TryTouch(http.Options.ForwardAuthLease))
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return;
        }

        if (!route.MayWake(original.Path))
        {
            await Problems.WriteAsync(context, HttpRefusal.StartEndpoint, retryAfter: null).ConfigureAwait(false);
            return;
        }

        if (isNginx && Navigates(context, original, route))
        {
            // nginx asks for the page then, as its error_page for this status says.
            route.Held.Wake(route.Watcher);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        await (Navigates(context, original, route) ? LoadingPages.AnswerAsync(context, http, route, original.Target) : HoldAsync(context, route, isNginx)).ConfigureAwait(false);
    }

    /// <summary>Answers what a proxy could not let through: where it was told 401, and can't say why by itself.</summary>
    public async Task AnswerPageAsync(HttpContext context)
    {
        var original = OriginalRequest.Of(context);
        if (RouteOf(context, original) is not { } route)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (!route.MayWake(original.Path))
        {
            await Problems.WriteAsync(context, HttpRefusal.StartEndpoint, retryAfter: null).ConfigureAwait(false);
        }
        else if (Navigates(context, original, route))
        {
            await LoadingPages.AnswerAsync(context, http, route, original.Target).ConfigureAwait(false);
        }
        else
        {
            await WhyNotAsync(context, route).ConfigureAwait(false);
        }
    }

    private static bool Navigates(HttpContext context, OriginalRequest original, IdleRoute route) =>
        !route.Options.NoLoadingPage && Navigation.Is(original.Method, context.Request.Headers);

    private static Task WhyNotAsync(HttpContext context, IdleRoute route) =>
        route.Watcher.State == IdleState.Error && route.Watcher.WakeEvents.Latest?.Refusal is { } refusal
            ? Problems.WriteAsync(context, refusal)
            : Problems.WriteAsync(context, HttpRefusal.NotReadyYet, TimeSpan.FromSeconds(1));

    private static Task AnswerBystanderAsync(HttpContext context, IdleRoute route, bool isNginx)
    {
        if (route.Watcher.State == IdleState.Ready)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return Task.CompletedTask;
        }

        IdleHttpTelemetry.Dormant();
        context.Response.Headers[DormantHeader.Name] = DormantHeader.Value;

        // A status that lets the request through would lead it to a container that sleeps.
        var chosen = route.Policy.DormantStatusCode < StatusCodes.Status400BadRequest ? HttpRefusal.Dormant.Status : route.Policy.DormantStatusCode;
        return Problems.WriteAsync(context, HttpRefusal.Dormant, retryAfter: null, isNginx ? StatusCodes.Status403Forbidden : chosen);
    }

    private IdleRoute? RouteOf(HttpContext context, OriginalRequest original) =>
        context.Request.Query["container"] is { Count: > 0 } name
            ? http.Routes.ByName(name.ToString())
            : http.Routes.Find(original.Host, original.Path);

    private async Task HoldAsync(HttpContext context, IdleRoute route, bool isNginx)
    {
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        using var enough = new CancellationTokenSource(http.Options.ForwardAuthHold, http.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, context.RequestAborted, http.Stopping);
        try
        {
            var admission = await route.Watcher.AdmitAsync(either.Token).ConfigureAwait(false);
            if (!admission.IsAdmitted)
            {
                Log.Refused(http.Logger, route.Watcher.Name, admission.Refusal.Message);
                await (isNginx ? DenyAsync(context) : Problems.WriteAsync(context, admission.Refusal)).ConfigureAwait(false);
                return;
            }

            using var lease = admission.Lease;
            route.Watcher.TryTouch(http.Options.ForwardAuthLease);
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (OperationCanceledException)
        {
            // The wake goes on, and the client may come back.
            await (isNginx ? DenyAsync(context) : Problems.WriteAsync(context, HttpRefusal.NotReadyYet, TimeSpan.FromSeconds(1))).ConfigureAwait(false);
        }
    }

    private static Task DenyAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    /// <summary>The request that a proxy tells of.</summary>
    private readonly record struct OriginalRequest(string Method, string Host, PathString Path, string Target, IPAddress? Client)
    {
        public static OriginalRequest Of(HttpContext context)
        {
            var headers = context.Request.Headers;
            var target = Whole(headers["X-Forwarded-Uri"]) ?? Whole(headers["X-Original-URI"]) ?? "/";
            if (!ControlEndpoints.IsLocal(target))
            {
                target = "/";
            }

            return new OriginalRequest(
                First(headers["X-Forwarded-Method"]) ?? First(headers["X-Original-Method"]) ?? context.Request.Method,
                First(headers["X-Forwarded-Host"]) ?? headers.Host.ToString(),
                ControlEndpoints.PathOf(target),
                target,
                IPAddress.TryParse(First(headers["X-Forwarded-For"]), out var client) ? client : context.Connection.RemoteIpAddress);
        }

        // A comma is part of it.
        private static string? Whole(StringValues value) => value.Count > 0 && value[^1] is { Length: > 0 } target ? target : null;

        private static string? First(string? value) =>
            string.IsNullOrWhiteSpace(value) ? null : value.Split(',', 2)[0].Trim();
    }
}

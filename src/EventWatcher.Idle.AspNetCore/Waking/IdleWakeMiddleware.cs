using Microsoft.AspNetCore.Http.Timeouts;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Lets a request go on when its container is ready, with a lease that lasts as long as it does.</summary>
internal sealed class IdleWakeMiddleware(RequestDelegate next, IdleHttp http)
{
    public Task InvokeAsync(HttpContext context)
    {
        // To ask the server for something costs as much as a lease: nothing is asked for twice, or in vain.
        var endpoint = IdleRoutes.EndpointOf(context);
        if (http.Routes.Find(context, endpoint, out var isUnknown) is not { } route)
        {
            return isUnknown ? RefuseUnknownAsync(context, endpoint) : next(context);
        }

        if (http.IsOwnWithoutEndpoint(context, endpoint))
        {
            return next(context);
        }

        var client = route.Policy.AsksForClient ? context.Connection.RemoteIpAddress : null;
        if (route.Policy.IsIgnoredWhileReady(context.Request, context.Request.Path, client))
        {
            return route.Watcher.State == IdleState.Ready ? PassAsync(context) : AnswerDormantAsync(context, route);
        }

        if (route.Watcher.TryAcquire(out var lease))
        {
            return UseAsync(context, lease);
        }

        return route.Policy.IsIgnored(context.Request, context.Request.Path, client) ? AnswerDormantAsync(context, route) : HoldAsync(context, route);
    }

    // The hot path: a state machine only where the application doesn't end at once.
    private Task UseAsync(HttpContext context, IdleLease lease)
    {
        Task task;
        try
        {
            task = next(context);
        }
        catch
        {
            lease.Dispose();
            throw;
        }

        if (task.IsCompletedSuccessfully)
        {
            lease.Dispose();
            return task;
        }

        return FinishAsync(task, lease);
    }

    private static async Task FinishAsync(Task task, IdleLease lease)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        finally
        {
            lease.Dispose();
        }
    }

    private Task PassAsync(HttpContext context)
    {
        context.Features.Set(BystanderFeature.Instance);
        return next(context);
    }

    private Task RefuseUnknownAsync(HttpContext context, Endpoint? endpoint) =>
        http.IsOwnWithoutEndpoint(context, endpoint) ? next(context) : Problems.WriteAsync(context, HttpRefusal.Unknown, TimeSpan.FromSeconds(1));

    private static Task AnswerDormantAsync(HttpContext context, IdleRoute route)
    {
        IdleHttpTelemetry.Dormant();
        context.Response.Headers[DormantHeader.Name] = DormantHeader.Value;
        return Problems.WriteAsync(context, HttpRefusal.Dormant, retryAfter: null, route.Policy.DormantStatusCode);
    }

    private Task HoldAsync(HttpContext context, IdleRoute route)
    {
        var request = context.Request;
        if (!route.MayWake(request.Path))
        {
            return Problems.WriteAsync(context, HttpRefusal.StartEndpoint, retryAfter: null);
        }

        return !route.Options.NoLoadingPage && Navigation.Is(request.Method, request.Headers)
            ? LoadingPages.AnswerAsync(context, http, route, request.PathBase.Add(request.Path) + request.QueryString)
            : WaitAsync(context, route);
    }

    private async Task WaitAsync(HttpContext context, IdleRoute route)
    {
        var bytes = http.BufferedBytesOf(context);
        if (!route.Held.TryReserve(bytes, route.Options.MaxWaitingBytes))
        {
            IdleHttpTelemetry.RefusedForBytes();
            await Problems.WriteAsync(context, HttpRefusal.TooManyBytes, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            return;
        }

        IdleAdmission admission;
        var began = http.Time.GetTimestamp();
        using (var activity = IdleHttpTelemetry.StartHold(route.Watcher.Name))
        {
            // How long the application takes to come is not how long it takes to answer.
            context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
            IdleHttpTelemetry.HoldBegan(bytes);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, http.Stopping);
            try
            {
                admission = await route.Watcher.AdmitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (http.Stopping.IsCancellationRequested)
            {
                await Problems.WriteAsync(context, HttpRefusal.ShuttingDown, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return;
            }
            finally
            {
                route.Held.Return(bytes);
                IdleHttpTelemetry.HoldEnded(bytes, http.Time.GetElapsedTime(began));
            }
        }

        if (!admission.IsAdmitted)
        {
            Log.Refused(http.Logger, route.Watcher.Name, admission.Refusal.Message);
            await Problems.WriteAsync(context, admission.Refusal).ConfigureAwait(false);
            return;
        }

        // What comes next uses the container that was waited for, even where the routes have changed meanwhile.
        context.Features.Set<IIdleContainerFeature>(route);
        await UseAsync(context, admission.Lease).ConfigureAwait(false);
    }
}

using EventWatcher.Idle.AspNetCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts containers that sleep behind an application.</summary>
public static class IdleApplicationBuilderExtensions
{
    /// <summary>
    /// Sees to it that a request's container is ready before the request goes on, and that it stays awake until the
    /// request has ended. Before whatever forwards requests; after routing where endpoints say what they need by
    /// <c>RequireContainer</c>.
    /// </summary>
    /// <remarks>
    /// While the container is not ready, browsers that navigate are shown a page; other requests are held. What is
    /// forwarded from here may be refused in the container's first moments: <see cref="IdleForwarder"/> and
    /// <see cref="EventWatcher.Idle.IdleWatcher.CreateConnectCallback"/> dial again then.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    /// <exception cref="InvalidOperationException"><c>AddIdleHttp</c> was not called.</exception>
    public static IApplicationBuilder UseIdleWake(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var http = HttpOf(app.ApplicationServices);
        return app.Use(next => new IdleWakeMiddleware(next, http).InvokeAsync);
    }

    /// <summary>
    /// Forwards each request to the container that it leads to; others go on, and those for which routing has chosen an
    /// endpoint already that is not its fallback. After <see cref="UseIdleWake"/>, which holds the lease.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    /// <exception cref="InvalidOperationException"><c>AddIdleHttp</c> was not called.</exception>
    public static IApplicationBuilder UseIdleForwarder(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var http = HttpOf(app.ApplicationServices);
        var forwarder = app.ApplicationServices.GetRequiredService<IdleForwarder>();
        return app.Use(next => context =>
        {
            // A fallback is for what nothing else answers.
            var endpoint = IdleRoutes.EndpointOf(context);
            if ((endpoint is { RequestDelegate: not null } && !IdleHttp.IsFallback(endpoint)) || http.IsOwnWithoutEndpoint(context, endpoint))
            {
                return next(context);
            }

            var watcher = context.Features.Get<IIdleContainerFeature>()?.Watcher ?? http.Routes.Find(context, endpoint, out _)?.Watcher;
            return watcher is null ? next(context) : forwarder.ForwardAsync(context, watcher);
        });
    }

    internal static IdleHttp HttpOf(IServiceProvider services)
    {
        // It is made of options, before the host checks any: here the first fault would hide the others.
        services.GetService<IStartupValidator>()?.Validate();
        return services.GetService<IdleHttp>()
            ?? throw new InvalidOperationException("What containers need that wake on HTTP requests is not among the services; call AddIdleHttp().");
    }
}

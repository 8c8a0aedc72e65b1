using EventWatcher.Idle.AspNetCore;
using Microsoft.Extensions.DependencyInjection;

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
    /// Ends the pipeline by forwarding each request to the container that it leads to; others get 404. After
    /// <see cref="UseIdleWake"/>, which holds the lease.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <exception cref="InvalidOperationException"><c>AddIdleHttp</c> was not called.</exception>
    public static void RunIdleForwarder(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var http = HttpOf(app.ApplicationServices);
        var forwarder = app.ApplicationServices.GetRequiredService<IdleForwarder>();
        app.Run(context =>
        {
            var watcher = context.Features.Get<IIdleContainerFeature>()?.Watcher ?? http.Routes.Find(context, out _)?.Watcher;
            if (watcher is not null)
            {
                return forwarder.ForwardAsync(context, watcher);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    internal static IdleHttp HttpOf(IServiceProvider services) => services.GetService<IdleHttp>()
        ?? throw new InvalidOperationException("What containers need that wake on HTTP requests is not among the services; call AddIdleHttp().");
}

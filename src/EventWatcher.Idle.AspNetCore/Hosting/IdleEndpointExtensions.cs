using EventWatcher.Idle.AspNetCore;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints that need containers, and those that tell of them.</summary>
public static class IdleEndpointExtensions
{
    /// <summary>Says that endpoints need a container: <see cref="IdleApplicationBuilderExtensions.UseIdleWake"/> wakes it first.</summary>
    /// <typeparam name="TBuilder">The kind of the endpoints.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="name">The name under which the container is managed. Where none is, requests are answered with 503.</param>
    /// <returns>The endpoints.</returns>
    public static TBuilder RequireContainer<TBuilder>(this TBuilder builder, string name)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var metadata = new IdleContainerMetadata(name);
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));
        return builder;
    }

    /// <summary>
    /// Maps what tells of containers and wakes them: <c>GET /{name}</c>, <c>GET /{name}/events</c>,
    /// <c>POST /{name}/wake</c>, <c>POST /{name}/sleep</c>, and for other proxies <c>/forward-auth</c> and <c>/page</c>.
    /// </summary>
    /// <remarks>
    /// Names that are not managed are answered as any path that isn't there. To wake and to put to sleep is for those
    /// whom <see cref="IdleHttpOptions.ControlPolicy"/> lets in. The loading page follows progress from here: call it once.
    /// </remarks>
    /// <param name="endpoints">The application; not a group with a path of its own, of which the loading page would know nothing.</param>
    /// <param name="prefix">The path below which all this is; null for <see cref="IdleHttpOptions.Prefix"/>.</param>
    /// <returns>The endpoints, for conventions that hold for all of them.</returns>
    /// <exception cref="ArgumentException"><paramref name="prefix"/> is no such path.</exception>
    /// <exception cref="InvalidOperationException"><c>AddIdleHttp</c> was not called.</exception>
    public static IEndpointConventionBuilder MapIdle(this IEndpointRouteBuilder endpoints, string? prefix = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (prefix is not null && !IdleHttpOptionsValidator.IsPrefix(prefix))
        {
            throw new ArgumentException($"\"{prefix}\" is no path that begins with a slash and ends without one.", nameof(prefix));
        }

        var http = IdleApplicationBuilderExtensions.HttpOf(endpoints.ServiceProvider);
        http.Prefix = prefix ?? http.Options.Prefix;
        http.IsMapped = true;

        var progress = new ProgressEndpoint(http);
        var control = new ControlEndpoints(http);
        var forwardAuth = new ForwardAuthEndpoint(http);
        var group = endpoints.MapGroup(http.Prefix);

        // After whatever else is said of them, RequireContainer included.
        ((IEndpointConventionBuilder)group).Finally(static endpoint => endpoint.Metadata.Add(IdleContainerMetadata.None));
        group.MapMethods("/forward-auth", ForwardAuthEndpoint.Methods, forwardAuth.AnswerAsync);
        group.MapMethods("/page", ForwardAuthEndpoint.Methods, forwardAuth.AnswerPageAsync);
        group.MapGet("/{name}", control.GetStatusAsync);
        group.MapGet("/{name}/events", progress.AnswerAsync);
        group.MapGet("/{name}/retry", control.RetryAsync);
        Protect(group.MapPost("/{name}/wake", control.WakeAsync), endpoints.ServiceProvider, http.Options);
        Protect(group.MapPost("/{name}/sleep", control.SleepAsync), endpoints.ServiceProvider, http.Options);
        return group;
    }

    private static void Protect(IEndpointConventionBuilder endpoint, IServiceProvider services, IdleHttpOptions options)
    {
        if (options.AllowAnonymousControl)
        {
            return;
        }

        if (services.GetService<IAuthorizationService>() is not null)
        {
            endpoint.WithMetadata(options.ControlPolicy is { } policy ? new AuthorizeAttribute(policy) : new AuthorizeAttribute());
            return;
        }

        // Without authorization in the application nobody can be told from anybody.
        endpoint.Add(static builder => builder.RequestDelegate = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }
}

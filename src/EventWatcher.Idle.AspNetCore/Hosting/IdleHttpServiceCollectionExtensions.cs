using EventWatcher;
using EventWatcher.Idle.AspNetCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what containers need that wake on HTTP requests.</summary>
public static class IdleHttpServiceCollectionExtensions
{
    /// <summary>
    /// Adds what <c>UseIdleWake</c>, <c>MapIdle</c> and <c>UseIdleForwarder</c> need. An
    /// <see cref="EventWatcher.Idle.IdleManager"/> must be among the services. Idempotent; an
    /// <see cref="ILoadingPageRenderer"/> that is added before stays.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options; they are checked when the host starts.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddIdleHttp(this IServiceCollection services, Action<IdleHttpOptions>? configure = null)
    {
        var options = Register(services);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return services;
    }

    /// <summary>Adds the same, as a configuration section has it.</summary>
    /// <remarks>
    /// The keys are the properties of <see cref="IdleHttpOptions"/>; durations are written <c>5s</c>, <c>1h30m</c> or
    /// <c>00:00:05</c>. Unknown keys and wrong values are refused when the host starts, with the key. Not reloaded.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="section">The section.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddIdleHttp(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Register(services).BindSection(section, IdleHttpSection.Schema, IdleHttpSection.Bind);
        return services;
    }

    private static OptionsBuilder<IdleHttpOptions> Register(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<ILoadingPageRenderer, LoadingPageRenderer>();
        services.TryAddSingleton<IdleHttp>();
        services.TryAddSingleton(static provider => new IdleForwarder(
            provider.GetService<IOptions<IdleForwarderOptions>>()?.Value,
            provider.GetService<ILogger<IdleForwarder>>(),
            provider.GetService<TimeProvider>()));
        return services.AddOptions<IdleHttpOptions>().ValidateAtStart(IdleHttpOptionsValidator.Instance);
    }
}

using EventWatcher;
using EventWatcher.Idle;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the manager of containers that sleep and wake.</summary>
public static class IdleEventWatcherBuilderExtensions
{
    /// <summary>Adds an <see cref="IdleManager"/>, started and ended with the application.</summary>
    /// <remarks>
    /// Its containers are those of the providers that <see cref="AddIdleProvider"/> added, or where there are none of the
    /// <see cref="IContainerProvider"/> that is registered. Called again it configures the same manager.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddIdle(this IEventWatcherBuilder builder, Action<IdleOptions>? configure = null)
    {
        var options = Register(builder);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Adds an <see cref="IdleManager"/>, as a configuration section has it.</summary>
    /// <remarks>
    /// The keys are the properties of <see cref="IdleOptions"/>; containers stand below <c>Containers</c> by name with the
    /// properties of <see cref="IdleContainerOptions"/>; durations are written <c>5s</c>, <c>1h30m</c> or <c>00:00:05</c>.
    /// Unknown keys and wrong values are refused when the host starts, with the key. Not reloaded by itself; see
    /// <see cref="IdleManager.Reload"/>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddIdle(this IEventWatcherBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Register(builder).BindSection(section, IdleSection.Schema, IdleSection.Bind);
        return builder;
    }

    /// <summary>Adds a provider whose containers sleep and wake.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name, as <see cref="IdleContainerOptions.Provider"/> has it. The first one added is that of containers that name none.</param>
    /// <param name="create">Makes it, once. What it returns is disposed with the application's services, after the manager.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddIdleProvider(this IEventWatcherBuilder builder, string name, Func<IServiceProvider, IContainerProvider> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        Register(builder);
        builder.Services.AddSingleton(services => new IdleProviderRegistration(name, create(services)));
        return builder;
    }

    private static OptionsBuilder<IdleOptions> Register(IEventWatcherBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(static services => new IdleManager(
            ProvidersOf(services),
            services.GetRequiredService<IOptions<IdleOptions>>().Value,
            services.GetService<ILogger<IdleManager>>(),
            services.GetService<TimeProvider>()));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, IdleHostedService>());
        return builder.Services.AddOptions<IdleOptions>().ValidateAtStart(IdleOptionsValidator.Instance);
    }

    private static List<KeyValuePair<string, IContainerProvider>> ProvidersOf(IServiceProvider services)
    {
        var named = services.GetServices<IdleProviderRegistration>().Select(static registration => KeyValuePair.Create(registration.Name, registration.Provider)).ToList();
        if (named.Count == 0)
        {
            named.Add(KeyValuePair.Create("default", services.GetService<IContainerProvider>()
                ?? throw new InvalidOperationException($"No containers to manage: register an {nameof(IContainerProvider)}, or call {nameof(AddIdleProvider)}.")));
        }

        return named;
    }
}

using System.Diagnostics.Metrics;
using EventWatcher;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds EventWatcher to an application.</summary>
public static class EventWatcherServiceCollectionExtensions
{
    /// <summary>Adds EventWatcher: the host will run the queues that are added to the builder.</summary>
    /// <remarks>
    /// Idempotent. <see cref="TimeProvider"/>, <c>ILoggerFactory</c> and <see cref="IMeterFactory"/> are used where
    /// the application has them. Without a host, get a queue by name as a keyed <see cref="EventQueue"/> and start it.
    /// </remarks>
    /// <param name="services">The services of the application.</param>
    /// <returns>Where watchers and queues are added.</returns>
    public static IEventWatcherBuilder AddEventWatcher(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (EventWatcherRegistry.Find(services) is null)
        {
            services.AddSingleton(new EventWatcherRegistry());
            services.AddOptions();
            services.AddSingleton(static provider =>
                provider.GetService<IMeterFactory>() is { } meterFactory ? new CoreTelemetry(meterFactory) : CoreTelemetry.Default);
            services.AddHostedService<EventQueueHostedService>();
        }

        return new EventWatcherBuilder(services);
    }

    /// <summary>
    /// Adds EventWatcher, and says where its settings are: each package's below a key of its own, which
    /// <see cref="EventWatcherSettingsExtensions.AddEach"/> and <see cref="EventWatcherSettingsExtensions.AddSection"/> read.
    /// </summary>
    /// <remarks>A key that nobody reads keeps the host from starting, and is named.</remarks>
    /// <param name="services">The services of the application.</param>
    /// <param name="settings">The section, by custom <c>EventWatcher</c>. One that isn't there sets nothing.</param>
    /// <returns>Where watchers and queues are added.</returns>
    public static IEventWatcherBuilder AddEventWatcher(this IServiceCollection services, IConfigurationSection settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var builder = services.AddEventWatcher();
        var sections = EventWatcherRegistry.Find(services)!.Settings;
        if (sections.Count == 0)
        {
            services.AddSingleton<IValidateOptions<EventWatcherSettingsCheck>, EventWatcherSettingsValidator>();
            services.AddOptions<EventWatcherSettingsCheck>().ValidateOnStart();
        }

        // Said again, it is the same section still, with all that was read of it.
        if (!sections.Exists(section => string.Equals(section.Path, settings.Path, StringComparison.OrdinalIgnoreCase)))
        {
            sections.Add(new EventWatcherSettings(settings));
        }

        return builder;
    }
}

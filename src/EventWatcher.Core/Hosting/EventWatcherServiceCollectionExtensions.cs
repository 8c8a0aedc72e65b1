using System.Diagnostics.Metrics;
using EventWatcher;

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
}

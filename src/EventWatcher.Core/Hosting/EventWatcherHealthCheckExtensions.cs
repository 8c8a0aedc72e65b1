using EventWatcher;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health check of EventWatcher.</summary>
public static class EventWatcherHealthCheckExtensions
{
    /// <summary>Adds a health check of all queues that the host runs, and of their sources.</summary>
    /// <remarks>
    /// <para>
    /// Degraded while a source is unreachable or takes long to be reached, a queue is full, a handler doesn't return,
    /// or nobody has started a queue; Unhealthy where a queue or a source has failed for good.
    /// </para>
    /// <para>
    /// Its data are <c>queue.{name}.state</c>, <c>.pending</c>, <c>.dropped</c> and the same three of
    /// <c>queue.{name}.source.{watcher}</c>. Nothing is asked of any source: a check takes microseconds.
    /// </para>
    /// </remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the check. The same name again changes its options only.</param>
    /// <param name="configure">When it says Degraded; null for the defaults.</param>
    /// <param name="failureStatus">What it says instead of Unhealthy; null for Unhealthy.</param>
    /// <param name="tags">Tags to filter checks by; null for none.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddEventWatcher(
        this IHealthChecksBuilder builder,
        string name = "eventwatcher",
        Action<EventWatcherHealthOptions>? configure = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.AddEventWatcher();
        var options = builder.Services.AddOptions<EventWatcherHealthOptions>(name).ValidateAtStart(EventWatcherHealthOptionsValidator.Instance);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        if (EventWatcherRegistry.Find(builder.Services)!.HealthChecks.Add(name))
        {
            builder.Add(new HealthCheckRegistration(
                name,
                services => new EventWatcherHealthCheck(
                    services,
                    services.GetRequiredService<EventWatcherRegistry>(),
                    services.GetRequiredService<IOptionsMonitor<EventWatcherHealthOptions>>().Get(name)),
                failureStatus,
                tags));
        }

        return builder;
    }
}

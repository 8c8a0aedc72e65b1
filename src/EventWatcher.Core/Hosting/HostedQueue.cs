using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventWatcher;

/// <summary>A queue made of its registration, with its sources attached.</summary>
internal sealed class HostedQueue : IAsyncDisposable
{
    private volatile bool _isStarted;

    private HostedQueue(QueueRegistration registration, EventQueueOptions options, IReadOnlyList<QueueSource> sources, IServiceProvider services)
    {
        Sources = sources;
        Queue = new EventQueue(
            options,
            registration.CreateHandler!(services),
            registration.CreateErrorHandler?.Invoke(services),
            services.GetService<ILoggerFactory>()?.CreateLogger<EventQueue>(),
            services.GetService<TimeProvider>(),
            services.GetRequiredService<CoreTelemetry>());
        foreach (var source in sources)
        {
            Queue.Attach(source);
        }
    }

    public EventQueue Queue { get; }

    public IReadOnlyList<QueueSource> Sources { get; }

    public bool IsStarted => _isStarted;

    public static HostedQueue Create(IServiceProvider services, string name)
    {
        var registry = services.GetRequiredService<EventWatcherRegistry>();
        var registration = registry.FindQueue(name)!;

        // Throws where the registration or the options are wrong; without a host that is now.
        var options = services.GetRequiredService<IOptionsMonitor<EventQueueOptions>>().Get(name);
        var timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var sources = (registration.Sources?.Select(static source => source.Name) ?? registry.Watchers)
            .Select(watcher => new QueueSource(watcher, services.GetRequiredKeyedService<IWatcher>(watcher), timeProvider))
            .ToList();
        return new HostedQueue(registration, options, sources, services);
    }

    public void Start()
    {
        Queue.Start(CancellationToken.None);
        _isStarted = true;
    }

    public ValueTask DisposeAsync() => Queue.DisposeAsync();
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventWatcher.Store;

/// <summary>
/// Opens the stores before anything starts, runs their watchers, and closes the stores after everything has stopped:
/// queues and watchers that write to them or read from them included.
/// </summary>
internal sealed class EventStoreHostedService(IServiceProvider services, EventStoreRegistry registry) : IHostedLifecycleService
{
    private readonly ILogger _logger = services.GetService<ILogger<FileEventStore>>() ?? NullLogger<FileEventStore>.Instance;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Opens them. One that can't be opened (another process has it, it is damaged) keeps the host from starting.
        return Task.Run(
            () =>
            {
                foreach (var store in registry.Stores)
                {
                    _ = services.GetRequiredKeyedService<IEventStore>(store.Name);
                }
            },
            cancellationToken);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var store in registry.Stores)
        {
            var manager = services.GetRequiredKeyedService<StoreWatcherManager>(store.Name);
            foreach (var watcher in store.Watchers)
            {
                var options = services.GetRequiredService<IOptionsMonitor<StoreWatcherOptions>>().Get(store.OptionsNameOf(watcher.Id));
                await manager.CreateAsync(watcher.Id, watcher.CreateHandler(services), options, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var stopping = registry.Stores.Select(store => services.GetRequiredKeyedService<StoreWatcherManager>(store.Name).StopAsync(cancellationToken: cancellationToken));
        await Task.WhenAll(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        foreach (var registration in registry.Stores)
        {
            try
            {
                await services.GetRequiredKeyedService<IEventStore>(registration.Name).CloseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Log.StoreNotClosed(_logger, registration.Name, exception);
            }
        }
    }
}

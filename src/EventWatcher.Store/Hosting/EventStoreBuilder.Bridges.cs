using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

// From watchers into the store, and from the store to queues.
public sealed partial class EventStoreBuilder
{
    /// <summary>Appends the events of watchers to the store: adds a queue that writes each batch with one flush, and again until that succeeds.</summary>
    /// <remarks>The queue is called <c>NAME-append</c>, where NAME is the store's; further options by <see cref="EventWatcherBuilderExtensions.AddQueue"/>.</remarks>
    /// <param name="watcherNames">The watchers, at least one. Not a <see cref="Replay"/> of the same store: that would go in circles.</param>
    /// <returns>The builder.</returns>
    public EventStoreBuilder Append(params string[] watcherNames)
    {
        ArgumentNullException.ThrowIfNull(watcherNames);
        if (watcherNames.Length == 0)
        {
            throw new ArgumentException("No watcher is named; allowed: at least one.", nameof(watcherNames));
        }

        var name = Name;
        var queueName = name + "-append";
        var isNew = !Services.Any(service => service.IsKeyedService
            && service.ServiceType == typeof(EventStoreSink)
            && name.Equals(service.ServiceKey as string, StringComparison.Ordinal));
        _builder.AddQueue(queueName, queue =>
        {
            queue.From(watcherNames);
            if (isNew)
            {
                Services.AddKeyedSingleton(name, static (services, key) => new EventStoreSink(services.GetRequiredKeyedService<IEventStore>(key)));
                queue.Configure(static options => options.FlushFailure = FlushFailureMode.Retry);
                queue.HandleWith(services => services.GetRequiredKeyedService<EventStoreSink>(name).WriteBatchAsync);
            }
        });
        return this;
    }

    /// <summary>Adds a watcher of events, by whose name queues take what the store replays. Its checkpoint is the application's to set.</summary>
    /// <remarks>A keyed <see cref="IWatcher"/>, a <see cref="ReplayWatcher"/>. A queue that names no watchers takes its events too.</remarks>
    /// <param name="id">Its name, and its id in the store.</param>
    /// <param name="configure">Sets options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    public EventStoreBuilder Replay(string id, Action<ReplayWatcherOptions>? configure = null)
    {
        WatcherIds.ThrowIfInvalid(id);
        var name = Name;
        _builder.AddWatcher(id, services => services.GetRequiredKeyedService<IEventStore>(name).AsWatcher(
            id,
            services.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<ReplayWatcherOptions>>().Get(id),
            services.GetService<ILogger<ReplayWatcher>>(),
            services.GetService<TimeProvider>()));
        var options = Services.AddOptions<ReplayWatcherOptions>(id).ValidateAtStart(ReplayWatcherOptionsValidator.Instance);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return this;
    }

    /// <summary>Handles what the store replays in batches, at least once, over restarts: adds a <see cref="Replay"/> and a queue of the same name that sets its checkpoint after each batch.</summary>
    /// <param name="id">The name of both, and the id in the store.</param>
    /// <param name="handler">Handles a batch: it succeeds when it returns; else it is called with the same batch again.</param>
    /// <param name="configure">Configures the queue further; not its handler and sources.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another handler already.</exception>
    public EventStoreBuilder HandleReplay(
        string id, Func<IReadOnlyList<Event>, CancellationToken, ValueTask> handler, Action<QueueBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Replay(id);
        _builder.AddQueue(id, queue =>
        {
            queue.From(id).Configure(ReplayWatcher.SetDurable);
            queue.HandleWith(services => ((ReplayWatcher)services.GetRequiredKeyedService<IWatcher>(id)).Checkpointing(handler, onError: null));
            configure?.Invoke(queue);
        });
        return this;
    }
}

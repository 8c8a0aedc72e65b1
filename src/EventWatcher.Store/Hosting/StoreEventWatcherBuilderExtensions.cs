using EventWatcher;
using EventWatcher.Store;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds event stores.</summary>
public static class StoreEventWatcherBuilderExtensions
{
    /// <summary>The name of a store for which none is given.</summary>
    private const string DefaultName = "events";

    /// <summary>Adds an event store: a keyed singleton <see cref="IEventStore"/>, and where it is the first also one without key; with its <see cref="StoreWatcherManager"/>.</summary>
    /// <remarks>
    /// <para>The host opens stores before anything starts; one that can't be opened keeps the host from starting. Its
    /// watchers stop with the host, and it is closed after everything has stopped, queues included.</para>
    /// <para>Without more, it is a <see cref="FileEventStore"/>, and <see cref="FileEventStoreOptions.Path"/> is required.</para>
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Says where it is, what it holds, who watches it.</param>
    /// <param name="name">The store's name: <c>events</c> by default. The same name again configures the same store; another name adds one.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddEventStore(this IEventWatcherBuilder builder, Action<EventStoreBuilder> configure, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        configure(new EventStoreBuilder(builder, Register(builder.Services, name)));
        return builder;
    }

    /// <summary>Adds an event store in a directory.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The directory, which is the store's own.</param>
    /// <param name="name">The store's name: <c>events</c> by default.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddEventStore(this IEventWatcherBuilder builder, string path, string name = DefaultName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return builder.AddEventStore(store => store.Configure(options => options.Path = path), name);
    }

    /// <summary>Adds an event store, as a configuration section has it; see <see cref="EventStoreBuilder.Bind"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <param name="name">The store's name: <c>events</c> by default.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddEventStore(this IEventWatcherBuilder builder, IConfigurationSection section, string name = DefaultName) =>
        builder.AddEventStore(store => store.Bind(section), name);

    private static EventStoreRegistration Register(IServiceCollection services, string name)
    {
        services.AddEventWatcher();
        var registry = EventStoreRegistry.Find(services);
        if (registry is null)
        {
            registry = new EventStoreRegistry();
            services.AddSingleton(registry);
            services.AddSingleton<IHostedService, EventStoreHostedService>();
        }

        if (registry.FindStore(name) is { } known)
        {
            return known;
        }

        var registration = registry.Add(name);
        services.AddOptions<FileEventStoreOptions>(name).ValidateAtStart(new HostedStoreOptionsValidator(registry));
        services.AddKeyedSingleton<IEventStore>(name, (provider, _) => Open(provider, registration));
        services.AddKeyedSingleton(name, static (provider, key) => new StoreWatcherManager(
            provider.GetRequiredKeyedService<IEventStore>(key),
            provider.GetService<ILogger<StoreWatcherManager>>(),
            provider.GetService<TimeProvider>()));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IEventStore>(name));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<StoreWatcherManager>(name));
        return registration;
    }

    private static IEventStore Open(IServiceProvider services, EventStoreRegistration registration)
    {
        var serializer = registration.CreateSerializer?.Invoke(services) ?? Json(registration);
#pragma warning disable CA2000 // The container disposes it.
        return registration.CreateStore is { } create
            ? create(services, serializer)
            : FileEventStore.Open(
                services.GetRequiredService<IOptionsMonitor<FileEventStoreOptions>>().Get(registration.Name),
                serializer,
                services.GetService<TimeProvider>(),
                services.GetService<ILogger<FileEventStore>>());
#pragma warning restore CA2000
    }

    private static JsonEventSerializer Json(EventStoreRegistration registration)
    {
        var serializer = new JsonEventSerializer();
        foreach (var register in registration.Types)
        {
            register(serializer);
        }

        return serializer;
    }
}

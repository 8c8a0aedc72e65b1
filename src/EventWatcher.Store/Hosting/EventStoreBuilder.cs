using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventWatcher.Store;

/// <summary>Says where a store is, what it holds, who watches it and what fills it.</summary>
/// <remarks>Later calls add to earlier ones; of the settings the last has the say. As the service collection, it is for one thread at start-up.</remarks>
public sealed partial class EventStoreBuilder
{
    private readonly IEventWatcherBuilder _builder;
    private readonly EventStoreRegistration _registration;

    internal EventStoreBuilder(IEventWatcherBuilder builder, EventStoreRegistration registration)
    {
        _builder = builder;
        _registration = registration;
    }

    /// <summary>Gets the store's name.</summary>
    public string Name => _registration.Name;

    /// <summary>Gets the services of the application.</summary>
    public IServiceCollection Services => _builder.Services;

    /// <summary>Sets options of a store of files in code.</summary>
    /// <param name="configure">Sets them; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    public EventStoreBuilder Configure(Action<FileEventStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>
    /// Sets options of a store of files by a configuration section, whose keys are the names of the properties of <see cref="FileEventStoreOptions"/>;
    /// and <c>Append</c>, a list of watchers as <see cref="Append"/> takes them, and <c>Watchers</c>, below which is by the id
    /// of each watcher what <see cref="BindWatcher"/> takes.
    /// </summary>
    /// <remarks>
    /// Durations are written <c>250ms</c>, <c>5s</c>, <c>1h30m</c>, <c>2d</c> or <c>00:00:05</c>. Unknown keys and wrong
    /// values are refused when the host starts, with the key. Not reloaded.
    /// </remarks>
    /// <param name="section">The section. One that isn't there sets nothing.</param>
    /// <returns>The builder.</returns>
    public EventStoreBuilder Bind(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Services.AddOptions<FileEventStoreOptions>(Name).BindSection(section, FileEventStoreSection.Schema, static (values, options) => values.Bind(options));
        var append = StoreWatcherSection.Words(section.GetSection(FileEventStoreSection.Append));
        if (append.Count > 0)
        {
            Append([.. append]);
        }

        foreach (var watcher in section.GetSection(FileEventStoreSection.Watchers).GetChildren())
        {
            BindWatcher(watcher.Key, watcher);
        }

        return this;
    }

    /// <summary>Takes another store than one of files.</summary>
    /// <param name="create">Makes it, once, with the serializer; the container disposes it.</param>
    /// <returns>The builder.</returns>
    public EventStoreBuilder Use(Func<IServiceProvider, IEventSerializer, IEventStore> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _registration.CreateStore = create;
        return this;
    }

    /// <summary>Takes another serializer than JSON; then <see cref="RegisterType"/> is of no account.</summary>
    /// <param name="create">Makes it, once.</param>
    /// <returns>The builder.</returns>
    public EventStoreBuilder UseSerializer(Func<IServiceProvider, IEventSerializer> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _registration.CreateSerializer = create;
        return this;
    }

    /// <summary>Registers a type of objects, as <see cref="JsonEventSerializer.RegisterType"/> does.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="objectType">Its name in the log.</param>
    /// <param name="typeInfo">How it is written and read.</param>
    /// <returns>The builder. A name that is registered twice is refused when the store is opened.</returns>
    public EventStoreBuilder RegisterType<T>(string objectType, JsonTypeInfo<T> typeInfo)
        where T : notnull
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(objectType);
        ArgumentNullException.ThrowIfNull(typeInfo);
        _registration.Types.Add(serializer => serializer.RegisterType(objectType, typeInfo));
        return this;
    }

    /// <summary>Registers watchers' events, so that <see cref="StoredEvent.GetObject{T}"/> gives them as <see cref="Event"/>.</summary>
    /// <param name="types">The types of the events.</param>
    /// <returns>The builder.</returns>
    public EventStoreBuilder RegisterWatcherEvents(params EventType[] types)
    {
        ArgumentNullException.ThrowIfNull(types);
        _registration.Types.Add(serializer => serializer.RegisterWatcherEvents(types));
        return this;
    }

    /// <summary>Adds a watcher of the store, which the host starts, and stops before the store is closed.</summary>
    /// <param name="id">Its id, the name of its checkpoint: 1 to 255 characters.</param>
    /// <param name="handler">Handles an event; see <see cref="StoreWatcherManager.CreateAsync(string, Func{StoredEvent, CancellationToken, ValueTask}, StoreWatcherOptions, CancellationToken)"/>.</param>
    /// <param name="configure">Sets options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The store has a watcher of this id already.</exception>
    public EventStoreBuilder Watch(string id, Func<StoredEvent, CancellationToken, ValueTask> handler, Action<StoreWatcherOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddWatcher(id, _ => handler, configure);
    }

    /// <summary>Adds a watcher of the store whose handler is a service, resolved in a fresh scope for each event.</summary>
    /// <typeparam name="THandler">The service; added as a scoped one where it wasn't added.</typeparam>
    /// <param name="id">Its id, the name of its checkpoint: 1 to 255 characters.</param>
    /// <param name="configure">Sets options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The store has a watcher of this id already.</exception>
    public EventStoreBuilder Watch<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        string id, Action<StoreWatcherOptions>? configure = null)
        where THandler : class, IStoredEventHandler
    {
        AddWatcher(id, static services => new ScopedStoredEventHandler<THandler>(services.GetRequiredService<IServiceScopeFactory>()).HandleAsync, configure);
        Services.TryAddScoped<THandler>();
        return this;
    }

    /// <summary>Sets options of a watcher by a configuration section, whose keys are the names of the properties of <see cref="StoreWatcherOptions"/>.</summary>
    /// <remarks>
    /// Iterators are written <c>trim-horizon</c>, <c>latest</c>, <c>after 5</c> or <c>at 2026-01-01T00:00:00Z</c>. Unknown
    /// keys and wrong values are refused when the host starts, with the key. Not reloaded.
    /// </remarks>
    /// <param name="id">The watcher.</param>
    /// <param name="section">The section. One that isn't there sets nothing.</param>
    /// <returns>The builder.</returns>
    public EventStoreBuilder BindWatcher(string id, IConfigurationSection section)
    {
        WatcherIds.ThrowIfInvalid(id);
        ArgumentNullException.ThrowIfNull(section);
        _registration.BoundWatchers.Add((id, section.Path));
        Services.AddOptions<StoreWatcherOptions>(_registration.OptionsNameOf(id)).BindSection(section, StoreWatcherSection.Schema, StoreWatcherSection.Bind);
        return this;
    }

    private EventStoreBuilder AddWatcher(
        string id, Func<IServiceProvider, Func<StoredEvent, CancellationToken, ValueTask>> create, Action<StoreWatcherOptions>? configure)
    {
        WatcherIds.ThrowIfInvalid(id);
        if (_registration.Watchers.Exists(watcher => string.Equals(watcher.Id, id, StringComparison.Ordinal)))
        {
            throw new InvalidOperationException($"The store \"{Name}\" has a watcher \"{id}\" already; take another id, or BindWatcher to configure it further.");
        }

        _registration.Watchers.Add(new HostedStoreWatcher(id, create));
        var options = Services.AddOptions<StoreWatcherOptions>(_registration.OptionsNameOf(id)).ValidateAtStart(StoreWatcherOptionsValidator.Instance);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return this;
    }
}

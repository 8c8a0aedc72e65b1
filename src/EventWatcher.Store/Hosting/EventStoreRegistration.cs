namespace EventWatcher.Store;

/// <summary>What <see cref="EventStoreBuilder"/> was told of one store, beside its options.</summary>
internal sealed class EventStoreRegistration(string name)
{
    public string Name { get; } = name;

    /// <summary>Gets what registers the types of its objects, in order.</summary>
    public List<Action<JsonEventSerializer>> Types { get; } = [];

    /// <summary>Gets the watchers that the host creates, in order.</summary>
    public List<HostedStoreWatcher> Watchers { get; } = [];

    /// <summary>Gets the ids of the watchers that sections configure, with the keys of those.</summary>
    public List<(string Id, string Key)> BoundWatchers { get; } = [];

    /// <summary>Gets or sets what makes another serializer than JSON.</summary>
    public Func<IServiceProvider, IEventSerializer>? CreateSerializer { get; set; }

    /// <summary>Gets or sets what makes another store than one of files.</summary>
    public Func<IServiceProvider, IEventSerializer, IEventStore>? CreateStore { get; set; }

    /// <summary>Gets the name of a watcher's options: ids are a store's own.</summary>
    public string OptionsNameOf(string watcherId) => $"{Name}/{watcherId}";
}

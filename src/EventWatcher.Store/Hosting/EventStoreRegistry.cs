using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Store;

/// <summary>The stores that were added to a service collection, in order. Written at start-up, by one thread; only read after it.</summary>
internal sealed class EventStoreRegistry
{
    private readonly List<EventStoreRegistration> _stores = [];

    public IReadOnlyList<EventStoreRegistration> Stores => _stores;

    public static EventStoreRegistry? Find(IServiceCollection services) => services
        .FirstOrDefault(static service => !service.IsKeyedService && service.ServiceType == typeof(EventStoreRegistry))?
        .ImplementationInstance as EventStoreRegistry;

    public EventStoreRegistration? FindStore(string? name) => _stores.Find(store => string.Equals(store.Name, name, StringComparison.Ordinal));

    public EventStoreRegistration Add(string name)
    {
        var store = new EventStoreRegistration(name);
        _stores.Add(store);
        return store;
    }
}

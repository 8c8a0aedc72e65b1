using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher;

/// <summary>What was added to a service collection, in order. Written at start-up, by one thread; only read after it.</summary>
internal sealed class EventWatcherRegistry
{
    private readonly Dictionary<string, Type> _watcherTypes = new(StringComparer.Ordinal);
    private readonly List<string> _watchers = [];
    private readonly List<QueueRegistration> _queues = [];

    /// <summary>Gets the names of the watchers, in order.</summary>
    public IReadOnlyList<string> Watchers => _watchers;

    /// <summary>Gets the queues, in order.</summary>
    public IReadOnlyList<QueueRegistration> Queues => _queues;

    /// <summary>Gets the sections of settings, in order; the last is the one that is read from.</summary>
    public List<EventWatcherSettings> Settings { get; } = [];

    /// <summary>Gets the names of the health checks.</summary>
    public HashSet<string> HealthChecks { get; } = new(StringComparer.Ordinal);

    public static EventWatcherRegistry? Find(IServiceCollection services) => services
        .FirstOrDefault(static service => !service.IsKeyedService && service.ServiceType == typeof(EventWatcherRegistry))?
        .ImplementationInstance as EventWatcherRegistry;

    /// <summary>Adds a watcher; true where the name is new.</summary>
    /// <exception cref="InvalidOperationException">The name belongs to a watcher of another type.</exception>
    public bool AddWatcher(string name, Type type)
    {
        if (_watcherTypes.TryAdd(name, type))
        {
            _watchers.Add(name);
            return true;
        }

        return _watcherTypes[name] == type ? false : throw new InvalidOperationException(
            $"Watcher \"{name}\" is a {_watcherTypes[name].Name} already and can't be a {type.Name} too; give one of them another name.");
    }

    /// <summary>Gets the queue of this name, and whether it is new.</summary>
    public (QueueRegistration Registration, bool IsNew) AddQueue(string name)
    {
        if (FindQueue(name) is { } known)
        {
            return (known, false);
        }

        var added = new QueueRegistration(name);
        _queues.Add(added);
        return (added, true);
    }

    public QueueRegistration? FindQueue(string? name) =>
        _queues.Find(queue => string.Equals(queue.Name, name, StringComparison.Ordinal));
}

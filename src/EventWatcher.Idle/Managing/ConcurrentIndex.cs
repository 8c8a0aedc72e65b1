using System.Collections.Concurrent;

namespace EventWatcher.Idle;

/// <summary>Which watcher an id belongs to, and whose container a watcher's is. Thread-safe.</summary>
internal sealed class ConcurrentIndex
{
    private readonly ConcurrentDictionary<string, IdleWatcher> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<IdleWatcher, (ProviderSession Session, string? Id)> _watchers = new();

    public void Add(IdleWatcher watcher, ProviderSession session) => _watchers[watcher] = (session, Id: null);

    public void Bind(string id, IdleWatcher watcher)
    {
        if (!_watchers.TryGetValue(watcher, out var known) || string.Equals(known.Id, id, StringComparison.Ordinal))
        {
            return;
        }

        if (known.Id is { } before)
        {
            _byId.TryRemove(KeyValuePair.Create(before, watcher));
        }

        _watchers[watcher] = known with { Id = id };
        _byId[id] = watcher;
    }

    public void Remove(IdleWatcher watcher)
    {
        if (_watchers.TryRemove(watcher, out var known) && known.Id is { } id)
        {
            _byId.TryRemove(KeyValuePair.Create(id, watcher));
        }
    }

    public IdleWatcher? Find(string id) => _byId.GetValueOrDefault(id);

    public ProviderSession? SessionOf(IdleWatcher watcher) => _watchers.TryGetValue(watcher, out var known) ? known.Session : null;
}

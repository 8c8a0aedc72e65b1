namespace EventWatcher;

/// <summary>The hubs of this process, one for each key, each as long as somebody subscribes to it. Thread-safe.</summary>
/// <typeparam name="TKey">What one hub serves: an engine, a cluster, with all that tells it from others.</typeparam>
/// <typeparam name="THub">The hub.</typeparam>
/// <typeparam name="TSubscription">A subscription.</typeparam>
internal sealed class SharedHubs<TKey, THub, TSubscription>
    where TKey : notnull
    where THub : class, ISharedHub<TSubscription>
{
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly Lock _gate = new();

    /// <summary>Adds a subscription to the key's hub, which the first one makes.</summary>
    public void Join(TKey key, TSubscription subscription, Func<THub> create)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                entry = new Entry(create());
                _entries.Add(key, entry);
            }

            entry.Users++;
            entry.Hub.Add(subscription);
        }
    }

    /// <summary>Takes a subscription away; the last one ends the hub and waits for its end.</summary>
    public async Task LeaveAsync(TKey key, TSubscription subscription)
    {
        THub? last = null;
        lock (_gate)
        {
            var entry = _entries[key];
            entry.Hub.Remove(subscription);
            entry.Users--;
            if (entry.Users == 0)
            {
                _entries.Remove(key);
                last = entry.Hub;
            }
        }

        if (last is not null)
        {
            await last.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Finds the hub, where somebody subscribes.</summary>
    public THub? Find(TKey key)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(key)?.Hub;
        }
    }

    private sealed class Entry(THub hub)
    {
        public THub Hub { get; } = hub;

        public int Users { get; set; }
    }
}

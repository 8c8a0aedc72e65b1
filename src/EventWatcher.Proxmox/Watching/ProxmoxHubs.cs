namespace EventWatcher.Proxmox;

/// <summary>The clusters that this process polls, each as long as somebody watches.</summary>
internal static class ProxmoxHubs
{
    private static readonly Dictionary<ProxmoxHubKey, Entry> Entries = [];
    private static readonly Lock Gate = new();

    /// <summary>Adds a subscription to the cluster's hub, which the first one makes.</summary>
    public static void Join(ProxmoxHubKey key, WatchWriter output, Func<ProxmoxHub> create)
    {
        lock (Gate)
        {
            if (!Entries.TryGetValue(key, out var entry))
            {
                entry = new Entry(create());
                Entries.Add(key, entry);
            }

            entry.Users++;
            entry.Hub.Add(output);
        }
    }

    /// <summary>Takes a subscription away; the last one ends the hub and waits for its end.</summary>
    public static async Task LeaveAsync(ProxmoxHubKey key, WatchWriter output)
    {
        ProxmoxHub? last = null;
        lock (Gate)
        {
            var entry = Entries[key];
            entry.Hub.Remove(output);
            entry.Users--;
            if (entry.Users == 0)
            {
                Entries.Remove(key);
                last = entry.Hub;
            }
        }

        if (last is not null)
        {
            await last.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Finds the hub, where somebody watches.</summary>
    public static ProxmoxHub? Find(ProxmoxHubKey key)
    {
        lock (Gate)
        {
            return Entries.GetValueOrDefault(key)?.Hub;
        }
    }

    private sealed class Entry(ProxmoxHub hub)
    {
        public ProxmoxHub Hub { get; } = hub;

        public int Users { get; set; }
    }
}

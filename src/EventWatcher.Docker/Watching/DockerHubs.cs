namespace EventWatcher.Docker;

/// <summary>The streams of this process, one for each engine and set of credentials, each as long as somebody watches.</summary>
internal static class DockerHubs
{
    private static readonly Dictionary<DockerHubKey, Entry> Entries = [];
    private static readonly Lock Gate = new();

    /// <summary>Adds a subscription to the engine's stream, which is opened by the first one.</summary>
    public static DockerEventHub Join(DockerHubKey key, DockerSubscription subscription, Func<DockerEventHub> create)
    {
        lock (Gate)
        {
            if (!Entries.TryGetValue(key, out var entry))
            {
                entry = new Entry(create());
                Entries.Add(key, entry);
            }

            entry.Users++;
            entry.Hub.Add(subscription);
            return entry.Hub;
        }
    }

    /// <summary>Takes a subscription away; the last one ends the stream and waits for its end.</summary>
    public static async Task LeaveAsync(DockerHubKey key, DockerSubscription subscription)
    {
        DockerEventHub? last = null;
        lock (Gate)
        {
            var entry = Entries[key];
            entry.Hub.Remove(subscription);
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

    private sealed class Entry(DockerEventHub hub)
    {
        public DockerEventHub Hub { get; } = hub;

        public int Users { get; set; }
    }
}

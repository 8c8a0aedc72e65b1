namespace EventWatcher.Store;

/// <summary>The watchers that run in this process. Safe from any thread.</summary>
internal sealed class WatcherRegistrations
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Registration> _all = new(StringComparer.Ordinal);

    /// <summary>Gets the watchers that keep the log from being collected while they have no checkpoint.</summary>
    public IReadOnlyList<string> Lasting
    {
        get
        {
            lock (_gate)
            {
                return [.. _all.Values.Where(static watcher => !watcher.IsEphemeral).Select(static watcher => watcher.WatcherId)];
            }
        }
    }

    /// <summary>Takes an id, until the registration is disposed.</summary>
    /// <exception cref="StoreWatcherException">It runs already.</exception>
    public IWatcherRegistration Add(string watcherId, bool isEphemeral)
    {
        var registration = new Registration(this, watcherId, isEphemeral);
        lock (_gate)
        {
            return _all.TryAdd(watcherId, registration)
                ? registration
                : throw new StoreWatcherException(watcherId, "it runs in this process already; stop that one first, or take another id.");
        }
    }

    private sealed class Registration(WatcherRegistrations owner, string watcherId, bool isEphemeral) : IWatcherRegistration
    {
        public string WatcherId { get; } = watcherId;

        public bool IsEphemeral { get; } = isEphemeral;

        public CancellationToken Lost => CancellationToken.None;

        public ValueTask DisposeAsync()
        {
            lock (owner._gate)
            {
                // Once only: another one may have the id by the second time.
                if (owner._all.GetValueOrDefault(WatcherId) == this)
                {
                    _ = owner._all.Remove(WatcherId);
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}

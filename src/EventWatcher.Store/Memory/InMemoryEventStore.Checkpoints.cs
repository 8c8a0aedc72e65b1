namespace EventWatcher.Store;

// How far the watchers have come, and which of them run.
public sealed partial class InMemoryEventStore
{
    private readonly SortedDictionary<string, Checkpoint> _checkpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Registration> _registrations = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask StoreCheckpointAsync(string watcherId, long sequenceNumber, CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(watcherId);
        await AnswerLocked(
            () =>
            {
                if (sequenceNumber < 0 || sequenceNumber > Latest)
                {
                    throw new CheckpointException(watcherId, sequenceNumber, $"the latest event is {Latest}; allowed: from 0 to that.");
                }

                return _checkpoints[watcherId] = new Checkpoint(watcherId, sequenceNumber, _timeProvider.GetUtcNow());
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetCheckpointAsync(string watcherId, CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(watcherId);
        return AnswerLocked(() => _checkpoints.GetValueOrDefault(watcherId)?.SequenceNumber, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteCheckpointAsync(string watcherId, CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(watcherId);
        return AnswerLocked(() => _checkpoints.Remove(watcherId), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Checkpoint>> ListCheckpointsAsync(CancellationToken cancellationToken = default) =>
        AnswerLocked<IReadOnlyList<Checkpoint>>(() => [.. _checkpoints.Values], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IWatcherRegistration> RegisterWatcherAsync(string watcherId, bool isEphemeral, CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(watcherId);
        return AnswerLocked<IWatcherRegistration>(
            () =>
            {
                var registration = new Registration(this, watcherId, isEphemeral);
                return _registrations.TryAdd(watcherId, registration)
                    ? registration
                    : throw new StoreWatcherException(watcherId, "it runs in this process already; stop that one first, or take another id.");
            },
            cancellationToken);
    }

    /// <summary>Gets up to where no watcher needs the log any more.</summary>
    private long CollectableByWatchers() =>
        _registrations.Values.Any(watcher => !watcher.IsEphemeral && !_checkpoints.ContainsKey(watcher.WatcherId))
            ? 0
            : _checkpoints.Values.Select(static checkpoint => checkpoint.SequenceNumber).DefaultIfEmpty(long.MaxValue).Min();

    private sealed class Registration(InMemoryEventStore store, string watcherId, bool isEphemeral) : IWatcherRegistration
    {
        public string WatcherId { get; } = watcherId;

        public bool IsEphemeral { get; } = isEphemeral;

        public CancellationToken Lost => CancellationToken.None;

        public ValueTask DisposeAsync()
        {
            lock (store._gate)
            {
                // Once only: another one may have the id by the second time.
                if (store._registrations.GetValueOrDefault(WatcherId) == this)
                {
                    store._registrations.Remove(WatcherId);
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}

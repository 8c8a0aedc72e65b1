namespace EventWatcher.Store;

// How far the watchers have come, and which of them run.
public sealed partial class InMemoryEventStore
{
    private readonly SortedDictionary<string, Checkpoint> _checkpoints = new(StringComparer.Ordinal);
    private readonly WatcherRegistrations _watchers = new();

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
        return AnswerLocked(() => _watchers.Add(watcherId, isEphemeral), cancellationToken);
    }

    /// <summary>Gets up to where no watcher needs the log any more.</summary>
    private long CollectableByWatchers() =>
        _watchers.Lasting.Any(watcherId => !_checkpoints.ContainsKey(watcherId))
            ? 0
            : _checkpoints.Values.Select(static checkpoint => checkpoint.SequenceNumber).DefaultIfEmpty(long.MaxValue).Min();
}

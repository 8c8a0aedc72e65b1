namespace EventWatcher.Store;

// How far the watchers have come, and which of them run.
public sealed partial class FileEventStore
{
    /// <inheritdoc/>
    public async ValueTask StoreCheckpointAsync(string watcherId, long sequenceNumber, CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(watcherId);
        cancellationToken.ThrowIfCancellationRequested();
        _ = Writer();
        var latest = _log.Readable.Last;
        if (sequenceNumber < 0 || sequenceNumber > latest)
        {
            throw new CheckpointException(watcherId, sequenceNumber, $"the latest event is {latest}; allowed: from 0 to that.");
        }

        try
        {
            await WriteAsync(new JournalEntry(JournalEntryKind.Set, watcherId, sequenceNumber, _timeProvider.GetUtcNow().UtcTicks)).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new CheckpointException(watcherId, sequenceNumber, exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetCheckpointAsync(string watcherId, CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(watcherId);
        return Answer(store => store.FindCheckpoint(watcherId)?.SequenceNumber, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="EventStoreException">It could not be written.</exception>
    public async ValueTask<bool> DeleteCheckpointAsync(string watcherId, CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(watcherId);
        cancellationToken.ThrowIfCancellationRequested();
        _ = Writer();
        var entry = new JournalEntry(JournalEntryKind.Delete, watcherId, 0, _timeProvider.GetUtcNow().UtcTicks);
        try
        {
            await WriteAsync(entry).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new EventStoreException($"The checkpoint of \"{watcherId}\" can't be deleted: {exception.Message}", isOutcomeUnknown: true, exception);
        }

        return entry.HadEffect;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Checkpoint>> ListCheckpointsAsync(CancellationToken cancellationToken = default) =>
        Answer(static store => store._journal?.List() ?? [.. store._readOnlyState!.Checkpoints.Values], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IWatcherRegistration> RegisterWatcherAsync(string watcherId, bool isEphemeral, CancellationToken cancellationToken = default)
    {
        WatcherIds.ThrowIfInvalid(watcherId);
        try
        {
            return Answer(store => store._watchers.Add(watcherId, isEphemeral), cancellationToken);
        }
        catch (StoreWatcherException exception)
        {
            return ValueTask.FromException<IWatcherRegistration>(exception);
        }
    }

    private Checkpoint? FindCheckpoint(string watcherId) =>
        _journal is not null ? _journal.Find(watcherId) : _readOnlyState!.Checkpoints.GetValueOrDefault(watcherId);

    private async Task WriteAsync(JournalEntry entry)
    {
        try
        {
            await _journal!.WriteAsync(entry).ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (_isClosed)
        {
            throw Closed();
        }
    }
}

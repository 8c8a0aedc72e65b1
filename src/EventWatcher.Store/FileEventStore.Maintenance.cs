namespace EventWatcher.Store;

// What is done to the files beside appending and reading.
public sealed partial class FileEventStore
{
    /// <summary>Describes what lies in a store's directory, whether it is open or not, and goes on where something is damaged. Changes nothing.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The description.</returns>
    /// <remarks>Reads every file from its beginning to its end.</remarks>
    /// <exception cref="EventStoreException">There is no store.</exception>
    public static Task<EventStoreDescription> InspectAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Task.Run(
            () =>
            {
                var storage = new DirectoryStorage(path);
                return Directory.Exists(storage.Name)
                    ? new DirectoryInspector(storage, cancellationToken).Inspect(StoreLock.Holder(storage.Name))
                    : throw new EventStoreException($"There is no event store in {storage.Name}.");
            },
            cancellationToken);
    }

    /// <summary>Reads every acknowledged event's bytes and checks that they are what was written.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was found whole.</returns>
    /// <exception cref="EventStoreDamagedException">The first thing that is not.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    public Task<EventStoreVerification> VerifyAsync(CancellationToken cancellationToken = default)
    {
        return _isClosed
            ? Task.FromException<EventStoreVerification>(Closed())
            : Task.Run(() => Verify(cancellationToken), cancellationToken);
    }

    /// <summary>Collects now, by every rule, what may be collected.</summary>
    /// <param name="cancellationToken">Gives up before it is begun.</param>
    /// <returns>What was collected.</returns>
    /// <exception cref="EventStoreException">The store was opened for reading only.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public async Task<CollectionResult> CollectAsync(CancellationToken cancellationToken = default)
    {
        _ = Writer();
        return await _collector!.CollectAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task IgnoreFailureAsync(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private EventStoreVerification Verify(CancellationToken cancellationToken)
    {
        // Looked at in this order: the files reach at least as far as what is readable.
        var readable = _log.Readable;
        var segments = _log.Segments;
        var (count, events, bytes) = (0, 0L, 0L);
        for (var i = 0; i < segments.Count && segments[i].First <= readable.Last; i++)
        {
            var last = Math.Min(EventLog.LastOf(segments, i, readable), readable.Last);
            try
            {
                bytes += SegmentVerifier.Verify(_storage, segments[i], last, isComplete: last < readable.Last, cancellationToken);
                events += last - segments[i].First + 1;
                count++;
            }
            catch (FileNotFoundException) when (_log.IsCollected(last))
            {
                // Collected meanwhile.
            }
        }

        return new EventStoreVerification(count, events, bytes);
    }

    private async Task CollectByTimerAsync()
    {
        try
        {
            _ = await CollectAsync().ConfigureAwait(false);
        }
        catch (EventStoreClosedException)
        {
            // The store is being closed.
        }
        catch (Exception exception)
        {
            Log.CollectingFailed(_logger, Path, exception);
        }
    }
}

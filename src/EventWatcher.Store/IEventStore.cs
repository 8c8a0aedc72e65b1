namespace EventWatcher.Store;

/// <summary>A durable, ordered, replayable log of events, with the checkpoints of those who watch it.</summary>
/// <remarks>
/// <para>All members are safe from any thread. Events are numbered from 1 without a gap, in the order in which they
/// become readable: whoever sees a number has every smaller one that was not collected.</para>
/// <para>After <see cref="CloseAsync"/> or disposal everything throws <see cref="EventStoreClosedException"/>;
/// reads that were waiting end empty.</para>
/// </remarks>
public interface IEventStore : IAsyncDisposable
{
    /// <summary>Gets what turns objects into payloads and back.</summary>
    IEventSerializer Serializer { get; }

    /// <summary>Appends one event.</summary>
    /// <param name="newEvent">The event.</param>
    /// <param name="cancellationToken">Gives up; honoured only until the event has joined a flush, so that a cancelled append was not made.</param>
    /// <returns>The event's number, once it is as durable as the store promises.</returns>
    /// <exception cref="EventSerializationException">The object's type is not registered, or the object can't be written or is too large. Nothing was stored.</exception>
    /// <exception cref="EventStoreException">The store could not take it; <see cref="EventStoreException.IsOutcomeUnknown"/> tells whether it may be there.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask<long> StoreEventAsync(NewEvent newEvent, CancellationToken cancellationToken = default);

    /// <summary>Appends several events: all of them, one after another in the log, or none.</summary>
    /// <param name="newEvents">The events; an empty batch stores nothing and returns an empty range.</param>
    /// <param name="cancellationToken">As for <see cref="StoreEventAsync"/>.</param>
    /// <returns>Their numbers.</returns>
    /// <exception cref="EventSerializationException">One of the objects can't be written. Nothing was stored.</exception>
    /// <exception cref="EventStoreException">As for <see cref="StoreEventAsync"/>.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask<SequenceRange> StoreEventsAsync(IReadOnlyList<NewEvent> newEvents, CancellationToken cancellationToken = default);

    /// <summary>Reads events, or waits for some.</summary>
    /// <param name="request">Where, how many, which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// At once where there are events or the iterator moved; otherwise when something is stored, or empty when
    /// <see cref="GetEventsRequest.LongPollTimeout"/> has passed or the store closes. A scan that finds no match among
    /// very many events returns empty with an iterator that moved.
    /// </returns>
    /// <remarks>
    /// <para>An iterator beyond the end stays where it is: whoever asked for a number that is not there yet gets it when
    /// it comes, and nothing before it (a <c>StoreWatcher</c> begins after the latest then, with a warning). An iterator below the
    /// oldest event begins there, and <see cref="GetEventsResponse.HorizonPassed"/> tells what is missing.</para>
    /// <para>Only what the store has acknowledged is read.</para>
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="EventStoreClosedException">The store was closed before the call.</exception>
    ValueTask<GetEventsResponse> GetEventsAsync(GetEventsRequest request, CancellationToken cancellationToken = default);

    /// <summary>Gets the number of the latest event, collected or not.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number; 0 where nothing was ever stored.</returns>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask<long> GetLatestSequenceNumberAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets the number of the oldest event that is still there.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number; one more than the latest where none is there.</returns>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask<long> GetOldestSequenceNumberAsync(CancellationToken cancellationToken = default);

    /// <summary>Remembers how far a watcher has come, durably, forwards or backwards.</summary>
    /// <param name="watcherId">Whose checkpoint: 1 to 255 characters.</param>
    /// <param name="sequenceNumber">The last event it is done with: from 0 to the latest.</param>
    /// <param name="cancellationToken">Gives up; honoured only until the checkpoint has joined a flush.</param>
    /// <returns>Completes when it is durable.</returns>
    /// <exception cref="CheckpointException">The number is negative or beyond the latest event.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask StoreCheckpointAsync(string watcherId, long sequenceNumber, CancellationToken cancellationToken = default);

    /// <summary>Gets how far a watcher has come.</summary>
    /// <param name="watcherId">Whose checkpoint.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The last event it is done with; null where there is no checkpoint.</returns>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask<long?> GetCheckpointAsync(string watcherId, CancellationToken cancellationToken = default);

    /// <summary>Forgets a watcher's checkpoint.</summary>
    /// <param name="watcherId">Whose checkpoint.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where there was none.</returns>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask<bool> DeleteCheckpointAsync(string watcherId, CancellationToken cancellationToken = default);

    /// <summary>Lists all checkpoints.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The checkpoints, by watcher id in ordinal order.</returns>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask<IReadOnlyList<Checkpoint>> ListCheckpointsAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes the right to run a watcher.</summary>
    /// <param name="watcherId">The watcher: 1 to 255 characters.</param>
    /// <param name="isEphemeral">Whether it leaves the log free to be collected.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The right, until it is disposed. Where another process holds it, completes when that one has let go.</returns>
    /// <exception cref="StoreWatcherException">A watcher with this id runs in this process already.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    ValueTask<IWatcherRegistration> RegisterWatcherAsync(string watcherId, bool isEphemeral, CancellationToken cancellationToken = default);

    /// <summary>Takes no more calls, ends waiting reads, flushes what was accepted, and releases everything. Calling it twice is harmless.</summary>
    /// <param name="cancellationToken">Gives up waiting; closing goes on.</param>
    /// <returns>Completes when nothing is left.</returns>
    Task CloseAsync(CancellationToken cancellationToken = default);
}

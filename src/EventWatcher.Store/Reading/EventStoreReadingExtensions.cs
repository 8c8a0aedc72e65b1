using System.Runtime.CompilerServices;

namespace EventWatcher.Store;

/// <summary>Reads stores by <c>await foreach</c>, one event after another.</summary>
/// <remarks>
/// Nothing is held between two events, and no checkpoint is kept: who wants to go on where it was, keeps the number of
/// the last event it is done with, or uses a <see cref="StoreWatcher"/>.
/// </remarks>
public static class EventStoreReadingExtensions
{
    private const int EventsPerRead = 1_000;

    private static readonly TimeSpan PollTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Reads what a store holds, then waits for what it gets, until it is cancelled.</summary>
    /// <param name="store">The store.</param>
    /// <param name="iterator">Where to begin; the default is <see cref="EventIterator.TrimHorizon"/>.</param>
    /// <param name="filter">Which events are wanted; null for all.</param>
    /// <param name="cancellationToken">Ends it, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events, in the order of their numbers, each once. There is no end but an exception, so that nobody takes one for the end of the log.</returns>
    /// <exception cref="EventStoreClosedException">While it is enumerated: the store was closed.</exception>
    /// <exception cref="HorizonPassedException">While it is enumerated: events were collected before they were read. What is behind them can be read from a new beginning.</exception>
    public static IAsyncEnumerable<StoredEvent> ReadAllAsync(
        this IEventStore store, EventIterator iterator = default, EventFilter? filter = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return ReadAsync(store, iterator, filter, isEndless: true, cancellationToken);
    }

    /// <summary>Reads what a store holds when it is begun, and ends.</summary>
    /// <param name="store">The store.</param>
    /// <param name="iterator">Where to begin; the default is <see cref="EventIterator.TrimHorizon"/>.</param>
    /// <param name="filter">Which events are wanted; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events, in the order of their numbers, each once.</returns>
    /// <exception cref="EventStoreClosedException">While it is enumerated: the store was closed before all was read.</exception>
    /// <exception cref="HorizonPassedException">While it is enumerated: events were collected before they were read. What is behind them can be read from a new beginning.</exception>
    public static IAsyncEnumerable<StoredEvent> ReadToEndAsync(
        this IEventStore store, EventIterator iterator = default, EventFilter? filter = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return ReadAsync(store, iterator, filter, isEndless: false, cancellationToken);
    }

    private static async IAsyncEnumerable<StoredEvent> ReadAsync(
        IEventStore store, EventIterator iterator, EventFilter? filter, bool isEndless, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = isEndless ? long.MaxValue : await store.GetLatestSequenceNumberAsync(cancellationToken).ConfigureAwait(false);
        var request = new GetEventsRequest
        {
            Iterator = iterator,
            Filter = filter ?? EventFilter.All,
            Limit = EventsPerRead,
            LongPollTimeout = isEndless ? PollTimeout : TimeSpan.Zero,
        };
        while (true)
        {
            var response = await store.GetEventsAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.HorizonPassed is { } passed)
            {
                throw new HorizonPassedException(passed.Missing);
            }

            foreach (var item in response.Events)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (item.SequenceNumber > last)
                {
                    yield break;
                }

                yield return item;
            }

            // Where it didn't move there is nothing more; where others go on storing, it might move for ever.
            if (!isEndless && (response.NextIterator == request.Iterator || response.NextIterator.SequenceNumber >= last))
            {
                yield break;
            }

            request = request with { Iterator = response.NextIterator };
        }
    }
}

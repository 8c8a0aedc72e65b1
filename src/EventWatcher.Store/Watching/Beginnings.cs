using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>Where watchers begin: what is relative to now, or beyond the end, becomes a number.</summary>
internal static class Beginnings
{
    /// <summary>Turns "latest" into what is the latest now, and a number beyond that into the same, with a warning.</summary>
    public static async ValueTask<EventIterator> ResolveAsync(
        IEventStore store, string watcherId, EventIterator iterator, ILogger logger, CancellationToken cancellationToken)
    {
        var latest = await store.GetLatestSequenceNumberAsync(cancellationToken).ConfigureAwait(false);
        var isBeyond = iterator.Kind switch
        {
            EventIteratorKind.AtSequenceNumber => iterator.SequenceNumber - 1 > latest,
            EventIteratorKind.AfterSequenceNumber => iterator.SequenceNumber > latest,
            _ => false,
        };
        if (isBeyond)
        {
            Log.BeyondTheEnd(logger, watcherId, iterator, latest);
        }

        return isBeyond || iterator.Kind == EventIteratorKind.Latest ? EventIterator.AfterSequenceNumber(latest) : iterator;
    }
}

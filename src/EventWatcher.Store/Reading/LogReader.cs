namespace EventWatcher.Store;

/// <summary>The reading half of every store: where an iterator points, what is missing there, and waiting for more.</summary>
/// <param name="log">The store's log.</param>
/// <param name="longPollTimeout">How long to wait where a request doesn't say.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LogReader(ILogSource log, TimeSpan longPollTimeout, TimeProvider timeProvider)
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromDays(1);

    /// <summary>Does what <see cref="IEventStore.GetEventsAsync"/> promises; that the store is open is the caller's to check.</summary>
    public async ValueTask<GetEventsResponse> ReadAsync(GetEventsRequest request, CancellationToken cancellationToken)
    {
        Validate(request);
        var timeout = request.LongPollTimeout ?? longPollTimeout;
        var started = timeProvider.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Before the log is looked at: what is appended meanwhile completes it.
            var nextAppend = log.NextAppend;
            var response = await TryReadAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.Events.Count > 0 || response.NextIterator != request.Iterator || log.IsClosed)
            {
                return response;
            }

            var remaining = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - timeProvider.GetElapsedTime(started);
            if (remaining <= TimeSpan.Zero && remaining != Timeout.InfiniteTimeSpan)
            {
                return response;
            }

            try
            {
                await nextAppend.WaitAsync(remaining, timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return response;
            }
        }
    }

    private static void Validate(GetEventsRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Filter is not { ObjectTypes: not null, Operations: not null })
        {
            throw new ArgumentException("GetEventsRequest.Filter or a collection in it is null; allowed: EventFilter.All for no filter.", nameof(request));
        }

        if (request.Limit < 0)
        {
            throw new ArgumentException($"GetEventsRequest.Limit is {request.Limit}; allowed: 0 for no limit, or more.", nameof(request));
        }

        if (request.LongPollTimeout is { } timeout && timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout > LongestPoll))
        {
            throw new ArgumentException(
                $"GetEventsRequest.LongPollTimeout is {timeout}; allowed: from zero to one day, Timeout.InfiniteTimeSpan, or null.", nameof(request));
        }
    }

    private static GetEventsResponse Nothing(EventIterator next, HorizonPassed? passed = null) =>
        new() { Events = [], NextIterator = next, HorizonPassed = passed };

    private async ValueTask<GetEventsResponse> TryReadAsync(GetEventsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var readable = log.Readable;
                if (request.Iterator.Kind == EventIteratorKind.Latest)
                {
                    return Nothing(EventIterator.AfterSequenceNumber(readable.Last));
                }

                var wanted = await ResolveAsync(request.Iterator, readable, cancellationToken).ConfigureAwait(false);
                var first = Math.Max(wanted, readable.First);
                var passed = wanted < first ? new HorizonPassed(new SequenceRange(wanted, first - 1)) : null;

                // A number that is not there yet stays what it is: whoever asked for it gets it when it comes, and
                // nothing before it. Only what says no number, or one that is gone, becomes a place behind the end.
                var unmoved = passed is not null || request.Iterator.Kind == EventIteratorKind.TrimHorizon
                    ? EventIterator.AfterSequenceNumber(first - 1)
                    : request.Iterator;
                if (first > readable.Last)
                {
                    return Nothing(unmoved, passed);
                }

                var scan = await log.ScanAsync(first, request.Filter, request.Limit, cancellationToken).ConfigureAwait(false);
                if (scan.Next > first)
                {
                    return new GetEventsResponse
                    {
                        Events = scan.Events,
                        NextIterator = EventIterator.AfterSequenceNumber(scan.Next - 1),
                        HorizonPassed = passed,
                    };
                }

                // Collected between the look and the scan: looked at anew. Else there is nothing to be had now.
                if (log.Readable.First <= first)
                {
                    return Nothing(unmoved, passed);
                }
            }
        }
        catch (EventStoreClosedException) when (log.IsClosed)
        {
            return Nothing(request.Iterator);
        }
    }

    private async ValueTask<long> ResolveAsync(EventIterator iterator, SequenceRange readable, CancellationToken cancellationToken) => iterator.Kind switch
    {
        EventIteratorKind.AtSequenceNumber => iterator.SequenceNumber,
        EventIteratorKind.AfterSequenceNumber => iterator.SequenceNumber == long.MaxValue ? long.MaxValue : iterator.SequenceNumber + 1,

        // No gap is told of: what was stored at that time and is gone has no number any more. Nothing at or after the
        // time is a number that is not there yet, and the iterator stays, so that a time to come is waited for.
        EventIteratorKind.AtTime => Math.Max(readable.First, await log.FindAsync(iterator.Time, cancellationToken).ConfigureAwait(false)),
        _ => readable.First,
    };
}

namespace EventWatcher.Store;

/// <summary>Reads ahead of a handler: one reader in the background, one consumer, nobody waits for the other without need.</summary>
/// <param name="store">The store.</param>
/// <param name="options">Filter, batch and buffer.</param>
/// <param name="from">Where to begin.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class FetchAhead(IEventStore store, StoreWatcherOptions options, EventIterator from, CancellationToken cancellationToken)
{
    /// <summary>How many responses are kept, so that empty ones don't pile up behind a handler that is stuck.</summary>
    private const int MostResponses = 1_000;

    /// <summary>How many bytes are kept, whatever the number of events: a buffer of large ones would else be as large as the log.</summary>
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<GetEventsResponse> _ready = new();
    private EventIterator _iterator = from;
    private Task? _filling;
    private int _readyEvents;
    private long _readyBytes;
    private bool _isAwaited;

    private bool HasRoom => _readyEvents + options.BatchSize <= options.BufferSize && _readyBytes < MostBytes && _ready.Count < MostResponses;

    /// <summary>Gets the next batch, possibly empty. After an exception the same is read again.</summary>
    public async Task<GetEventsResponse> NextAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                _isAwaited = !_ready.TryDequeue(out var ready);
                if (ready is not null)
                {
                    _readyEvents -= ready.Events.Count;
                    _readyBytes -= BytesOf(ready);
                    return ready;
                }
            }

            // Right here where nobody reads yet: a thread less on the way from the writer to the handler.
            var filling = _filling ?? FillAsync();
            _filling = null;
            await filling.ConfigureAwait(false);
        }
    }

    /// <summary>Has more read in the background, where there is room for another batch. Never waits.</summary>
    public void Advance()
    {
        if (_filling is { IsCompletedSuccessfully: true })
        {
            _filling = null;
        }

        lock (_gate)
        {
            if (_filling is not null || !HasRoom)
            {
                return;
            }
        }

        // Elsewhere: a store may read at once, and the handler is not to wait for that.
        _filling = Task.Run(FillAsync, CancellationToken.None);
    }

    /// <summary>Waits for the read that is under way; its token has been cancelled.</summary>
    public async ValueTask EndAsync()
    {
        if (_filling is { } filling)
        {
            await filling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static long BytesOf(GetEventsResponse response) => response.Events.Sum(static item => (long)item.Payload.Length);

    /// <summary>Reads until the buffer is full, or the consumer waits for what has come: then it goes on right where this ends.</summary>
    private async Task FillAsync()
    {
        while (true)
        {
            var response = await store.GetEventsAsync(
                new GetEventsRequest { Iterator = _iterator, Limit = options.BatchSize, Filter = options.Filter },
                cancellationToken).ConfigureAwait(false);
            _iterator = response.NextIterator;
            lock (_gate)
            {
                _ready.Enqueue(response);
                _readyEvents += response.Events.Count;
                _readyBytes += BytesOf(response);
                if (_isAwaited || !HasRoom)
                {
                    return;
                }
            }
        }
    }
}

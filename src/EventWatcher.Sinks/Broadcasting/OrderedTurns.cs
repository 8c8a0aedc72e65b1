namespace EventWatcher.Sinks;

/// <summary>Lets one delivery run at a time. What is written from inside one is delivered right after it.</summary>
internal sealed class OrderedTurns<T>(string name, Func<T, CancellationToken, ValueTask> deliver, Action<Exception> onDeferredLost)
{
    private static readonly AsyncLocal<Turn?> Inside = new();

    private readonly Turnstile _turnstile = new(name);
    private volatile Turn? _current;

    /// <summary>Refuses who waits for a turn, and gives up what was taken for later.</summary>
    /// <returns>How many items were taken for later.</returns>
    public int Close()
    {
        _turnstile.Close();
        var lost = _current?.Abandon() ?? 0;
        for (var i = 0; i < lost; i++)
        {
            onDeferredLost(new SinkClosedException(name));
        }

        return lost;
    }

    public async ValueTask TakeAsync(T item, CancellationToken cancellationToken)
    {
        // Waiting for a turn from inside this one would be waiting for oneself.
        if (Inside.Value is { } outer && ReferenceEquals(outer.Owner, this) && outer.TryDefer(item))
        {
            return;
        }

        await _turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        var turn = new Turn(this);
        _current = turn;
        Exception? failure = null;
        try
        {
            Inside.Value = turn;
            failure = await TryAsync(item, cancellationToken).ConfigureAwait(false);
            while (turn.TryTakeDeferred(out var deferred))
            {
                // Its writer has gone: neither its token nor this one's may take it back.
                if (await TryAsync(deferred, CancellationToken.None).ConfigureAwait(false) is { } lost)
                {
                    onDeferredLost(lost);
                }
            }
        }
        finally
        {
            _turnstile.Leave();
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private async ValueTask<Exception?> TryAsync(T item, CancellationToken cancellationToken)
    {
        try
        {
            await deliver(item, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>A delivery in progress. It outlives itself in whatever a child has started: then it defers nothing more.</summary>
    private sealed class Turn(OrderedTurns<T> owner)
    {
        private readonly Lock _gate = new();
        private readonly Queue<T> _deferred = new();
        private bool _isOver;

        public OrderedTurns<T> Owner { get; } = owner;

        public bool TryDefer(T item)
        {
            lock (_gate)
            {
                if (_isOver)
                {
                    return false;
                }

                _deferred.Enqueue(item);
                return true;
            }
        }

        /// <summary>Takes all that was deferred out, and defers nothing more.</summary>
        public int Abandon()
        {
            lock (_gate)
            {
                _isOver = true;
                var count = _deferred.Count;
                _deferred.Clear();
                return count;
            }
        }

        public bool TryTakeDeferred(out T item)
        {
            lock (_gate)
            {
                _isOver = !_deferred.TryDequeue(out item!);
                return !_isOver;
            }
        }
    }
}

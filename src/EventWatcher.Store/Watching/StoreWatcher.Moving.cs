namespace EventWatcher.Store;

// The checkpoint, and going elsewhere.
public sealed partial class StoreWatcher
{
    private SeekRequest? _seek;
    private WatcherLeg? _leg;
    private long? _sought;

    /// <summary>Sets the checkpoint: after a restart the watcher goes on behind it.</summary>
    /// <param name="sequenceNumber">The last event that is done with; 0 is before the first.</param>
    /// <param name="allowBackwards">Whether it may go back. It does not move the running watcher; see <see cref="SeekAsync"/>.</param>
    /// <param name="cancellationToken">Gives up; honoured only until the store has taken it.</param>
    /// <returns>Completes when it is durable, also from inside the handler.</returns>
    /// <exception cref="CheckpointException">The number is beyond the log's end, would go back and may not, or the watcher is ephemeral.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    public ValueTask CheckpointAsync(long sequenceNumber, bool allowBackwards = false, CancellationToken cancellationToken = default) => _options.Ephemeral
        ? ValueTask.FromException(new CheckpointException(Id, sequenceNumber, "the watcher is ephemeral and has none."))
        : _checkpoint.SetAsync(sequenceNumber, allowBackwards, cancellationToken);

    /// <summary>Moves the watcher, and its checkpoint, forwards or backwards: the next event it handles is the first one behind the number.</summary>
    /// <remarks>
    /// A call of the handler that is running has its token cancelled and is waited for; from inside the handler it is
    /// left to finish, and the watcher moves then. A watcher that is not running begins there when it is started.
    /// </remarks>
    /// <param name="sequenceNumber">Behind which event; 0 is before the first.</param>
    /// <param name="cancellationToken">Gives up waiting; the watcher may move all the same.</param>
    /// <returns>Completes when it has moved; from inside the handler at once.</returns>
    /// <exception cref="CheckpointException">The number is negative or beyond the log's end, or the checkpoint could not be set.</exception>
    /// <exception cref="StoreWatcherException">The watcher is stopping, or was disposed.</exception>
    /// <exception cref="EventStoreClosedException">The store is closed.</exception>
    public async Task SeekAsync(long sequenceNumber, CancellationToken cancellationToken = default)
    {
        var isInside = _scope.IsInside;
        var latest = await _store.GetLatestSequenceNumberAsync(cancellationToken).ConfigureAwait(false);
        if (sequenceNumber < 0 || sequenceNumber > latest)
        {
            throw new CheckpointException(Id, sequenceNumber, $"the latest event is {latest}; allowed: from 0 to that.");
        }

        SeekRequest request;
        var isRunning = true;
        lock (_gate)
        {
            if (_isRetired || (_state == StoreWatcherState.Stopping && !isInside))
            {
                throw new StoreWatcherException(Id, _isRetired ? "it was disposed; create it again." : "it is stopping; seek when it has.");
            }

            request = _seek ?? new SeekRequest(sequenceNumber);
            request.SequenceNumber = sequenceNumber;
            if (_run is null)
            {
                isRunning = false;
            }
            else
            {
                _seek = request;
                if (!isInside)
                {
                    _leg?.Cancel();
                }
            }
        }

        if (!isRunning)
        {
            await ApplySeekAsync(request).ConfigureAwait(false);
        }

        if (!isInside)
        {
            await request.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private SeekRequest? TakeSeek()
    {
        lock (_gate)
        {
            var seek = _seek;
            _seek = null;
            return seek;
        }
    }

    /// <summary>Sets the checkpoint to where the watcher is to go; where that fails it goes on where it was.</summary>
    private async Task<EventIterator> ApplySeekAsync(SeekRequest seek)
    {
        var target = seek.SequenceNumber;
        Log.WatcherMoves(_logger, Id, target);
        try
        {
            if (!_options.Ephemeral)
            {
                await _checkpoint.MoveAsync(target).ConfigureAwait(false);
            }

            _sought = target;
            SetDone(EventIterator.AfterSequenceNumber(target));
            seek.Succeed();
        }
        catch (Exception exception)
        {
            SetLastError(exception);
            seek.Fail(exception);
            await TellAsync(exception, CancellationToken.None).ConfigureAwait(false);
        }

        lock (_gate)
        {
            return _next;
        }
    }
}

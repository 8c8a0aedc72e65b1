namespace EventWatcher.Store;

/// <summary>A watcher's checkpoint: set by hand, by itself, or by a seek; one at a time, so that none overtakes another.</summary>
/// <param name="store">The store.</param>
/// <param name="watcherId">Whose checkpoint.</param>
/// <param name="options">When it is set by itself.</param>
/// <param name="onFailure">Is told of automatic ones that failed; must not throw.</param>
#pragma warning disable CA1001 // A SemaphoreSlim without wait handle holds nothing to release.
internal sealed class CheckpointKeeper(IEventStore store, string watcherId, AutoCheckpointOptions options, Func<Exception, ValueTask> onFailure)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private long? _stored;
    private Task _soon = Task.CompletedTask;
    private long? _done;
    private long _base;

    /// <summary>Gets the checkpoint that was last read or set; null where there is none.</summary>
    public long? Stored
    {
        get
        {
            lock (_gate)
            {
                return _stored;
            }
        }
    }

    private bool IsAutomatic => options.OnStop || options.Events > 0 || options.Interval > TimeSpan.Zero;

    /// <summary>Reads the checkpoint from the store.</summary>
    public async ValueTask<long?> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.GetCheckpointAsync(watcherId, cancellationToken).ConfigureAwait(false);
        Remember(stored);
        return stored;
    }

    /// <summary>Says where a run begins; null where that is not known yet.</summary>
    public void Begin(long? position)
    {
        lock (_gate)
        {
            _done = position;
            _base = position ?? 0;
        }
    }

    /// <summary>Says what the watcher is done with, and sets the checkpoint where that is due.</summary>
    public ValueTask OnDoneAsync(long position)
    {
        lock (_gate)
        {
            _done = position;
            if (options.Events == 0 || position - (_stored ?? _base) < options.Events)
            {
                return ValueTask.CompletedTask;
            }
        }

        return FlushAsync();
    }

    /// <summary>Sets the checkpoint to what the watcher is done with, where it is not there yet. Failures are reported.</summary>
    public async ValueTask FlushAsync()
    {
        if (!IsAutomatic)
        {
            return;
        }

        CheckpointException? failure = null;
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            long position;
            lock (_gate)
            {
                if (_done is not { } done || done <= _stored)
                {
                    return;
                }

                position = done;
            }

            try
            {
                await StoreAsync(position, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // From here on the next one is tried when as many events have come again: a store that is ill is not asked at every event.
                lock (_gate)
                {
                    _base = position;
                }

                failure = exception as CheckpointException ?? new CheckpointException(watcherId, position, exception.Message, exception);
            }
        }
        finally
        {
            _turn.Release();
        }

        if (failure is not null)
        {
            // When the turn is over: whoever is told may want to set the checkpoint.
            await onFailure(failure).ConfigureAwait(false);
        }
    }

    /// <summary>Does the same without being waited for, but by <see cref="SettleAsync"/>.</summary>
    public void FlushSoon()
    {
        var flushing = FlushAsync().AsTask();
        lock (_gate)
        {
            _soon = _soon.IsCompleted ? flushing : Task.WhenAll(_soon, flushing);
        }
    }

    /// <summary>Waits for what was begun without being waited for, so that nobody is told of it after the watcher's end.</summary>
    public Task SettleAsync()
    {
        lock (_gate)
        {
            return _soon;
        }
    }

    /// <summary>Sets the checkpoint by hand.</summary>
    /// <exception cref="CheckpointException">It would go back and is not allowed to, or beyond the end.</exception>
    public async ValueTask SetAsync(long sequenceNumber, bool allowBackwards, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Asked of the store: others may have set it too.
            if (!allowBackwards && await store.GetCheckpointAsync(watcherId, cancellationToken).ConfigureAwait(false) is { } current)
            {
                Remember(current);
                if (sequenceNumber < current)
                {
                    throw new CheckpointException(watcherId, sequenceNumber, $"it is at {current} and goes back only where that is allowed.");
                }

                if (sequenceNumber == current)
                {
                    return;
                }
            }

            await StoreAsync(sequenceNumber, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sets the checkpoint to where the watcher goes on, forwards or backwards; what it was done with before is of no account any more.</summary>
    /// <exception cref="CheckpointException">It is beyond the end.</exception>
    public async ValueTask MoveAsync(long sequenceNumber)
    {
        // All in one turn: an automatic one in between would set it back to where the watcher was.
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await StoreAsync(sequenceNumber, CancellationToken.None).ConfigureAwait(false);
            Begin(sequenceNumber);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask StoreAsync(long sequenceNumber, CancellationToken cancellationToken)
    {
        await store.StoreCheckpointAsync(watcherId, sequenceNumber, cancellationToken).ConfigureAwait(false);
        Remember(sequenceNumber);
        StoreTelemetry.CheckpointStored(watcherId);
    }

    private void Remember(long? stored)
    {
        lock (_gate)
        {
            _stored = stored;
        }
    }
}

namespace EventWatcher.Store;

// The one loop behind a watcher: the right to run, then legs of reading and handling, then the end.
public sealed partial class StoreWatcher
{
    private readonly EventIterator _initial;

    private async Task RunAsync(WatcherRun run)
    {
        _scope.Mark();
        try
        {
            while (!run.IsStopRequested)
            {
                var registration = await RetryAsync(_lease.HoldAsync, run.Token).ConfigureAwait(false);
                using var owned = CancellationTokenSource.CreateLinkedTokenSource(run.Token, registration.Lost);
                try
                {
                    await RunLegsAsync(run, owned.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (owned.IsCancellationRequested)
                {
                    // Stopped, or taken over: looked at below.
                }

                if (!run.IsStopRequested && registration.Lost.IsCancellationRequested)
                {
                    Log.WatcherLost(_logger, Id);
                    await _lease.GiveBackAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (run.Token.IsCancellationRequested)
        {
            // Stopped before it held the right to run.
        }
        catch (EventStoreClosedException exception)
        {
            SetLastError(exception);
            Log.StoreClosed(_logger, Id);
        }
        catch (Exception exception)
        {
            SetLastError(exception);
            Log.WatcherFailed(_logger, Id, exception);
        }

        await EndAsync(run).ConfigureAwait(false);
    }

    private async Task RunLegsAsync(WatcherRun run, CancellationToken owned)
    {
        var from = await BeginAsync(owned).ConfigureAwait(false);
        Log.WatcherRuns(_logger, Id, from);
        var interval = _options.AutoCheckpoint.Interval;
        var timer = interval > TimeSpan.Zero
            ? _timeProvider.CreateTimer(static keeper => ((CheckpointKeeper)keeper!).FlushSoon(), _checkpoint, interval, interval)
            : null;
        await using var _ = (timer ?? (IAsyncDisposable)NoTimer.Instance).ConfigureAwait(false);
        while (!run.IsStopRequested)
        {
            owned.ThrowIfCancellationRequested();
            if (TakeSeek() is { } seek)
            {
                from = await ApplySeekAsync(seek).ConfigureAwait(false);
            }

            if (TryBeginLeg(owned) is { } leg)
            {
                var ahead = new FetchAhead(_store, _options, from, leg.Token);
                try
                {
                    await RunLegAsync(run, ahead, leg.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (leg.Token.IsCancellationRequested)
                {
                    // Stopped, taken over or moved: looked at above.
                }
                finally
                {
                    EndLeg();
                    leg.Cancel();
                    await ahead.EndAsync().ConfigureAwait(false);
                    await leg.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private async Task RunLegAsync(WatcherRun run, FetchAhead ahead, CancellationToken leg)
    {
        while (!IsInterrupted(run))
        {
            var batch = await ReadAsync(ahead, leg).ConfigureAwait(false);
            if (batch.HorizonPassed is { } passed)
            {
                await OnHorizonPassedAsync(passed, leg).ConfigureAwait(false);
            }

            foreach (var item in batch.Events)
            {
                ahead.Advance();
                leg.ThrowIfCancellationRequested();
                if (IsInterrupted(run) || !await HandleAsync(run, item, leg).ConfigureAwait(false))
                {
                    return;
                }

                SetDone(EventIterator.AfterSequenceNumber(item.SequenceNumber));
                await _checkpoint.OnDoneAsync(item.SequenceNumber).ConfigureAwait(false);
            }

            if (IsInterrupted(run))
            {
                return;
            }

            SetDone(batch.NextIterator);
            if (batch.NextIterator.Kind == EventIteratorKind.AfterSequenceNumber)
            {
                await _checkpoint.OnDoneAsync(batch.NextIterator.SequenceNumber).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Finds out where to begin: at the checkpoint, or else where the watcher was told to.</summary>
    private async Task<EventIterator> BeginAsync(CancellationToken cancellationToken)
    {
        var from = _initial;
        var checkpoint = _options.Ephemeral ? null : await RetryAsync(token => _checkpoint.LoadAsync(token).AsTask(), cancellationToken).ConfigureAwait(false);
        if (_options.Ephemeral && _sought is { } sought)
        {
            from = EventIterator.AfterSequenceNumber(sought);
        }
        else if (checkpoint is { } position)
        {
            from = await RetryAsync(
                token => Beginnings.ResolveAsync(_store, Id, EventIterator.AfterSequenceNumber(position), _logger, token).AsTask(),
                cancellationToken).ConfigureAwait(false);
        }

        _checkpoint.Begin(from.Kind switch
        {
            EventIteratorKind.AfterSequenceNumber => from.SequenceNumber,
            EventIteratorKind.AtSequenceNumber => from.SequenceNumber - 1,
            _ => null,
        });
        SetDone(from);
        return from;
    }

    private async ValueTask<GetEventsResponse> ReadAsync(FetchAhead ahead, CancellationToken cancellationToken)
    {
        var response = await RetryAsync(_ => ahead.NextAsync(), cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _lastListenTime = _timeProvider.GetUtcNow();
            if (response.NextIterator.Kind == EventIteratorKind.AfterSequenceNumber)
            {
                _latestSeen = Math.Max(_latestSeen, response.NextIterator.SequenceNumber);
            }
        }

        return response;
    }

    /// <summary>Asks the store again and again, with back-off, until it answers. Only a store that is closed never will.</summary>
    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            try
            {
                var answer = await ask(cancellationToken).ConfigureAwait(false);
                SetReadFailures(0);
                return answer;
            }
            catch (Exception exception) when (exception is not EventStoreClosedException
                && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                failures++;
                SetReadFailures(failures);
                await OnReadFailedAsync(exception, failures, cancellationToken).ConfigureAwait(false);
                await DelayAsync(failures, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task DelayAsync(int failures, CancellationToken cancellationToken)
    {
        var delay = RetryBackoff.After(_options, failures);
        return delay > TimeSpan.Zero ? Task.Delay(delay, _timeProvider, cancellationToken) : Task.CompletedTask;
    }

    private async Task EndAsync(WatcherRun run)
    {
        if (TakeSeek() is { } seek)
        {
            // Asked for, and then stopped: it begins there the next time.
            await ApplySeekAsync(seek).ConfigureAwait(false);
        }
        else if (_options.AutoCheckpoint.OnStop)
        {
            await _checkpoint.FlushAsync().ConfigureAwait(false);
        }

        EventIterator next;
        SeekRequest? late;
        lock (_gate)
        {
            next = _next;
            late = _seek;
            _seek = null;
            _run = null;
            _state = StoreWatcherState.Stopped;
        }

        late?.Fail(new StoreWatcherException(Id, "it has stopped meanwhile; seek again."));
        Log.WatcherStopped(_logger, Id, next);
        StoreTelemetry.Remove(this);
        run.End();
    }

    private bool IsInterrupted(WatcherRun run)
    {
        lock (_gate)
        {
            return run.IsStopRequested || _seek is not null;
        }
    }

    private WatcherLeg? TryBeginLeg(CancellationToken owned)
    {
        lock (_gate)
        {
            return _seek is null ? _leg = new WatcherLeg(owned) : null;
        }
    }

    private void EndLeg()
    {
        lock (_gate)
        {
            _leg = null;
        }
    }
}

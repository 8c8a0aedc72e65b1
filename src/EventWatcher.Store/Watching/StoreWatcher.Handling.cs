namespace EventWatcher.Store;

// Calling the handler, and what follows when it fails.
public sealed partial class StoreWatcher
{
    /// <summary>Handles one event, as often as it takes.</summary>
    /// <returns>Whether the watcher is done with it; false where it was stopped or moved before that.</returns>
    private async ValueTask<bool> HandleAsync(WatcherRun run, StoredEvent item, CancellationToken leg)
    {
        for (var attempt = 1; ; attempt++)
        {
            var failure = await CallAsync(item, leg).ConfigureAwait(false);
            if (failure is null)
            {
                SetProcessed(item, isSkipped: false);
                return true;
            }

            if (leg.IsCancellationRequested)
            {
                // Cut short by whoever stops or moves the watcher: it is no failure of the event.
                if (failure is not OperationCanceledException)
                {
                    Log.HandlerFailedAtTheEnd(_logger, Id, item.SequenceNumber, failure);
                }

                return false;
            }

            var isLast = _options.RetryStrategy == RetryStrategy.Skip && attempt >= _options.MaxAttempts;
            var error = new EventHandlingException(Id, item.SequenceNumber, failure);
            await OnHandlerFailedAsync(error, attempt, isLast, leg).ConfigureAwait(false);
            if (isLast)
            {
                await SkipAsync(item, error, attempt, leg).ConfigureAwait(false);
                return true;
            }

            if (IsInterrupted(run))
            {
                return false;
            }

            await DelayAsync(attempt, leg).ConfigureAwait(false);
        }
    }

    /// <summary>Calls the handler once.</summary>
    /// <returns>What it threw, of whatever kind; null where it succeeded.</returns>
    private async ValueTask<Exception?> CallAsync(StoredEvent item, CancellationToken leg)
    {
        using var activity = StoreTelemetry.StartHandling(Id, item.SequenceNumber);
        var started = StoreTelemetry.MeasuresHandling ? _timeProvider.GetTimestamp() : 0;
        Exception? failure = null;
        _scope.Enter();
        try
        {
            await _handler(item, leg).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = Readable(exception);
            activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
        }
        finally
        {
            _scope.Leave();
        }

        if (StoreTelemetry.MeasuresHandling)
        {
            StoreTelemetry.Handled(Id, _timeProvider.GetElapsedTime(started), failure is null);
        }

        return failure;
    }

    private async ValueTask SkipAsync(StoredEvent item, EventHandlingException error, int attempts, CancellationToken leg)
    {
        Log.EventSkipped(_logger, Id, item.SequenceNumber, attempts, error.InnerException!);
        StoreTelemetry.Skipped(Id);
        if (_options.OnSkipped is { } onSkipped)
        {
            await CallBackAsync(() => onSkipped(item, error, leg)).ConfigureAwait(false);
        }

        SetProcessed(item, isSkipped: true);
    }

    private async ValueTask OnHandlerFailedAsync(EventHandlingException error, int attempt, bool isLast, CancellationToken leg)
    {
        lock (_gate)
        {
            _handlerFailures++;
            _lastError = error;
        }

        if (attempt > 1)
        {
            Log.HandlerFailedAgain(_logger, Id, error.SequenceNumber, attempt, error.InnerException!);
        }
        else if (!isLast)
        {
            Log.HandlerFailed(_logger, Id, error.SequenceNumber, error.InnerException!);
        }

        await TellAsync(error, leg).ConfigureAwait(false);
    }

    private async ValueTask OnReadFailedAsync(Exception exception, int failures, CancellationToken cancellationToken)
    {
        SetLastError(exception);
        StoreTelemetry.FetchFailed(Id);
        if (failures == 1)
        {
            Log.ReadFailed(_logger, Id, exception);
        }
        else
        {
            Log.ReadFailedAgain(_logger, Id, failures, exception);
        }

        await TellAsync(exception, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask OnHorizonPassedAsync(HorizonPassed passed, CancellationToken cancellationToken)
    {
        var error = new HorizonPassedException(Id, passed.Missing);
        lock (_gate)
        {
            _missed += passed.Count;
            _lastError = error;
        }

        Log.HorizonPassed(_logger, Id, passed.Count, passed.Missing);
        StoreTelemetry.Missed(Id, passed.Count);
        await TellAsync(error, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask OnAutoCheckpointFailedAsync(Exception exception)
    {
        SetLastError(exception);
        Log.AutoCheckpointFailed(_logger, Id, exception);
        await TellAsync(exception, CancellationToken.None).ConfigureAwait(false);
    }

    private ValueTask TellAsync(Exception exception, CancellationToken cancellationToken) =>
        _options.OnError is { } onError ? CallBackAsync(() => onError(exception, cancellationToken)) : ValueTask.CompletedTask;

    /// <summary>Replaces an exception whose own text throws: it would be thrown at whoever logs it.</summary>
    private static Exception Readable(Exception exception)
    {
        try
        {
            _ = exception.ToString();
            return exception;
        }
        catch (Exception)
        {
            return new InvalidOperationException($"A {exception.GetType()} was thrown; what it says can't be had, since asking it throws too.");
        }
    }

    /// <summary>Calls something of the application's that must not stop the flow, whatever it throws.</summary>
    private async ValueTask CallBackAsync(Func<ValueTask> callback)
    {
        // Marked here too: a timer's thread brings no execution context where the clock is not the system's.
        _scope.Mark();
        _scope.Enter();
        try
        {
            await callback().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.CallbackFailed(_logger, Id, Readable(exception));
        }
        finally
        {
            _scope.Leave();
        }
    }
}

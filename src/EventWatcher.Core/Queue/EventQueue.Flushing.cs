using Polly;
using Polly.Retry;

namespace EventWatcher;

// Flushing: one loop takes batches and hands them over, one at a time.
public sealed partial class EventQueue
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private readonly CancellationTokenSource _giveUpOnCallbacks = new();
    private readonly CancellationTokenSource _stopRetrying = new();
    private readonly List<FlushWaiter> _flushWaiters = [];
    private bool _isFlushing;
    private bool _flushNow;
    private bool _isTimedFlush;
    private bool _wasInstant;
    private long _flushThrough;
    private bool _isAbandoned;
    private int _inFlight;
    private long? _flushStarted;
    private long _flushed;
    private long _batches;
    private long _failures;
    private long _failed;
    private TimeSpan _lastFlushDuration;
    private FlushException? _terminalFailure;
    private ResiliencePipeline? _retryPipeline;

    private enum Step
    {
        Wait,
        Flush,
        End,
    }

    private async Task FlushLoopAsync()
    {
        InsideCallbackOf.Value = this;
        while (true)
        {
            switch (NextStep(out var batch, out var overflows))
            {
                case Step.End:
                    return;
                case Step.Wait:
                    await _signal.WaitAsync().ConfigureAwait(false);
                    break;
                default:
                    await ReportOverflowsAsync(overflows).ConfigureAwait(false);
                    await DeliverAsync(batch!).ConfigureAwait(false);
                    OnDelivered();
                    break;
            }
        }
    }

    private Step NextStep(out Event[]? batch, out List<QueueOverflowException>? overflows)
    {
        lock (_gate)
        {
            batch = null;
            overflows = null;
            _wakeIsPending = false;
            var isEnding = _phase >= Phase.Stopping || _sourcesHaveEnded;
            if (_isOutOfTime || _terminalFailure is not null || (_phase >= Phase.Stopping && !_options.DrainOnStop))
            {
                return Step.End;
            }

            if (_buffer.Count == 0)
            {
                _flushNow = false;
                if (_buffer.IsOversized)
                {
                    ArmTimerForTrimming();
                }

                return isEnding ? Step.End : Step.Wait;
            }

            var isDue = isEnding || _flushNow || _buffer.TakenPosition < _flushThrough || _buffer.Count >= _options.MaxBatchSize || _flushWaiters.Count > 0;
            if (!isDue && DueIn() is var due && due > TimeSpan.Zero)
            {
                ArmTimer(due);
                return Step.Wait;
            }

            List<Overflow>? taken = null;
            batch = _buffer.Take(_options.MaxBatchSize, ref taken);
            _inFlight = batch.Length;
            OnTaken(_waiters?.Admit(_buffer) ?? 0);
            if (_isTimedFlush)
            {
                _buffer.Trim();
                _isTimedFlush = false;
            }

            _isFlushing = true;
            _flushNow = false;
            _isFullLogged = _buffer.IsFull;
            overflows = TakeOverflows(taken);
            return Step.Flush;
        }
    }

    /// <summary>After a batch was taken, and waiting writers got its room; the lock is held.</summary>
    private void OnTaken(int admitted)
    {
        _received += admitted;
        if (_options.QuietPeriod > TimeSpan.Zero && _buffer.Count > 0)
        {
            // What stays behind is a burst of its own. While this flush runs its interval is not counted.
            _firstArrival = _timeProvider.GetTimestamp();
            _lastArrival = admitted > 0 ? _firstArrival : _lastArrival;
        }
    }

    private void OnDelivered()
    {
        lock (_gate)
        {
            _isFlushing = false;

            // What came meanwhile is flushed right after, unless a burst is to be waited out, or the flush was over in
            // an instant: nothing has waited then, and a torrent comes in full batches instead of crumbs.
            if (_options.QuietPeriod == TimeSpan.Zero && !_wasInstant)
            {
                _flushThrough = _buffer.AddedPosition;
            }

            for (var i = _flushWaiters.Count - 1; i >= 0; i--)
            {
                if (_flushWaiters[i].Position <= _buffer.TakenPosition)
                {
                    _flushWaiters[i].TrySetResult();
                    _flushWaiters.RemoveAt(i);
                }
            }
        }
    }

    private async ValueTask DeliverAsync(Event[] taken)
    {
        var batch = await CoalesceAsync(taken).ConfigureAwait(false);
        lock (_gate)
        {
            if (!_isAbandoned)
            {
                _dropped += taken.Length - batch.Length;
                _inFlight = batch.Length;
            }
        }

        if (_options.FlushFailure == FlushFailureMode.Retry)
        {
            await FlushUntilAcceptedAsync(batch).ConfigureAwait(false);
        }
        else if (await FlushOnceAsync(batch, attempt: 1).ConfigureAwait(false) is { } failure && _options.FlushFailure == FlushFailureMode.Stop)
        {
            lock (_gate)
            {
                _terminalFailure = failure;
            }
        }

        lock (_gate)
        {
            _failed += _inFlight;
            _inFlight = 0;
        }
    }

    private async ValueTask<Event[]> CoalesceAsync(Event[] batch)
    {
        if (_options.Coalesce is not { } selector || batch.Length == 1 || !TryBeginCallback())
        {
            return batch;
        }

        Exception failure;
        try
        {
            return BatchCoalescing.KeepLatest(batch, selector);
        }
        catch (Exception exception)
        {
            failure = exception;
        }
        finally
        {
            EndCallback();
        }

        // Whole is better than lost.
        Log.FlushFailed(_logger, Name, batch.Length, 1, failure);
        await ReportAsync(new FlushException(Name, batch, 1, failure)).ConfigureAwait(false);
        return batch;
    }

    private async ValueTask FlushUntilAcceptedAsync(Event[] batch)
    {
        var attempt = 0;
        try
        {
            await (_retryPipeline ??= RetryPipeline()).ExecuteAsync(
                async _ =>
                {
                    if (await FlushOnceAsync(batch, ++attempt).ConfigureAwait(false) is { } failure)
                    {
                        throw failure;
                    }
                },
                _stopRetrying.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (_stopRetrying.IsCancellationRequested && exception is OperationCanceledException or FlushException)
        {
            // The queue is stopping. Where it drains, once more; else it doesn't begin.
            await FlushOnceAsync(batch, ++attempt).ConfigureAwait(false);
        }
    }

    private ResiliencePipeline RetryPipeline() => new ResiliencePipelineBuilder { TimeProvider = _timeProvider }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is FlushException && !_stopRetrying.IsCancellationRequested),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = _options.RetryDelay,
            MaxDelay = _options.MaxRetryDelay,
        })
        .Build();

    /// <summary>
    /// Calls the handler once, where callbacks may still begin. A failure is reported here, and returned.
    /// </summary>
    private async ValueTask<FlushException?> FlushOnceAsync(Event[] batch, int attempt)
    {
        if (!TryBeginCallback())
        {
            return null;
        }

        using var activity = CoreTelemetry.StartFlush(Name, batch.Length);
        Exception? failure = null;
        var isSynchronous = false;
        var started = _timeProvider.GetTimestamp();
        lock (_gate)
        {
            _flushStarted = started;
            _batches += attempt == 1 ? 1 : 0;
        }

        try
        {
            var flushing = _onFlush(batch, _giveUpOnCallbacks.Token);
            isSynchronous = flushing.IsCompleted;
            await flushing.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        var isCancelled = failure is OperationCanceledException && _giveUpOnCallbacks.IsCancellationRequested;
        var duration = _timeProvider.GetElapsedTime(started);
        lock (_gate)
        {
            _callbacksRunning--;
            _flushStarted = null;
            _lastFlushDuration = duration;
            _wasInstant = isSynchronous && duration < Instant;
            _failures += failure is null || isCancelled ? 0 : 1;
            if (failure is null)
            {
                // Nothing where it was abandoned meanwhile: then it is counted as failed already.
                _flushed += _inFlight;
                _inFlight = 0;
            }
        }

        _telemetry.BatchFlushed(Name, batch.Length, duration, failure is null);
        if (failure is null || isCancelled)
        {
            return null;
        }

        activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, failure.Message);
        Log.FlushFailed(_logger, Name, batch.Length, attempt, failure);
        var report = new FlushException(Name, batch, attempt, failure);
        await ReportAsync(report).ConfigureAwait(false);
        return report;
    }

    private sealed class FlushWaiter(long position) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Position { get; } = position;
    }
}

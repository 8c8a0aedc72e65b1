using Polly;
using Polly.Retry;

namespace EventWatcher;

// Flushing: one loop takes batches and hands them over, one at a time.
public sealed partial class EventQueue
{
    private static readonly AsyncLocal<EventQueue?> InsideCallbackOf = new();

    private readonly CancellationTokenSource _giveUpOnCallbacks = new();
    private readonly CancellationTokenSource _stopRetrying = new();
    private readonly SemaphoreSlim _errorGate = new(1, 1);
    private readonly List<FlushWaiter> _flushWaiters = [];
    private bool _isFlushing;
    private bool _flushNow;
    private bool _isTimedFlush;
    private bool _isAbandoned;
    private int _callbacksRunning;
    private long? _flushStarted;
    private long _flushed;
    private long _batches;
    private long _failures;
    private TimeSpan _lastFlushDuration;
    private FlushException? _terminalFailure;
    private ResiliencePipeline? _retryPipeline;

    private enum Step
    {
        Wait,
        Flush,
        End,
    }

    private bool IsInsideCallback => Volatile.Read(ref _callbacksRunning) > 0 && ReferenceEquals(InsideCallbackOf.Value, this);

    private bool MayCallBack
    {
        get
        {
            lock (_gate)
            {
                return !_isAbandoned && (_phase == Phase.Running || (_phase == Phase.Stopping && _options.DrainOnStop));
            }
        }
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
            if (_isAbandoned || _terminalFailure is not null || (_phase >= Phase.Stopping && !_options.DrainOnStop))
            {
                return Step.End;
            }

            if (_buffer.Count == 0)
            {
                _flushNow = false;
                if (_buffer.IsOversized)
                {
                    // Once more, to give the memory of a burst back when nothing has come until then.
                    ArmTimer(_options.FlushInterval);
                }

                return isEnding ? Step.End : Step.Wait;
            }

            var isDue = isEnding || _flushNow || _buffer.Count >= _options.MaxBatchSize || _flushWaiters.Count > 0;
            if (!isDue && DueIn() is var due && due > TimeSpan.Zero)
            {
                ArmTimer(due);
                return Step.Wait;
            }

            List<Overflow>? taken = null;
            batch = _buffer.Take(_options.MaxBatchSize, ref taken);
            _waiters?.Admit(_buffer);
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

    private List<QueueOverflowException>? TakeOverflows(List<Overflow>? taken)
    {
        if (taken is null && _lost == 0)
        {
            return null;
        }

        var overflows = new List<QueueOverflowException>();
        foreach (var overflow in taken ?? [])
        {
            _telemetry.EventsDropped(overflow.Dropped, overflow.Type, "queue");
            overflows.Add(new QueueOverflowException(Name, _options.Overflow, overflow.Dropped, _options.Capacity));
        }

        if (_lost > 0)
        {
            _telemetry.EventsDropped(_lost, default, "queue");
            overflows.Add(new QueueOverflowException(Name, _options.Overflow, _lost, _options.Capacity));
            _lost = 0;
        }

        return overflows;
    }

    private async ValueTask ReportOverflowsAsync(List<QueueOverflowException>? overflows)
    {
        foreach (var overflow in overflows ?? [])
        {
            await ReportAsync(overflow).ConfigureAwait(false);
        }
    }

    private void OnDelivered()
    {
        lock (_gate)
        {
            _isFlushing = false;

            // What came meanwhile is flushed right after, unless a burst is to be waited out.
            _flushNow |= _options.QuietPeriod == TimeSpan.Zero;
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
            _batches++;
            _dropped += taken.Length - batch.Length;
        }

        if (_options.FlushFailure == FlushFailureMode.Retry)
        {
            await FlushUntilAcceptedAsync(batch).ConfigureAwait(false);
            return;
        }

        var failure = await FlushOnceAsync(batch, attempt: 1).ConfigureAwait(false);
        if (failure is not null && _options.FlushFailure == FlushFailureMode.Stop)
        {
            lock (_gate)
            {
                _terminalFailure = failure;
            }
        }
    }

    private async ValueTask<Event[]> CoalesceAsync(Event[] batch)
    {
        if (_options.Coalesce is not { } selector || batch.Length == 1)
        {
            return batch;
        }

        try
        {
            return BatchCoalescing.KeepLatest(batch, selector);
        }
        catch (Exception exception)
        {
            // Whole is better than lost.
            await ReportAsync(new FlushException(Name, batch, 1, exception)).ConfigureAwait(false);
            return batch;
        }
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
        catch (OperationCanceledException) when (_stopRetrying.IsCancellationRequested)
        {
            if (MayCallBack)
            {
                await FlushOnceAsync(batch, ++attempt).ConfigureAwait(false);
            }
        }
        catch (FlushException) when (_stopRetrying.IsCancellationRequested)
        {
            // Reported already; the queue is stopping and tries no more.
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

    /// <summary>Calls the handler once. A failure is reported here, and returned.</summary>
    private async ValueTask<FlushException?> FlushOnceAsync(Event[] batch, int attempt)
    {
        using var activity = CoreTelemetry.StartFlush(Name, batch.Length);
        Exception? failure = null;
        var started = _timeProvider.GetTimestamp();
        lock (_gate)
        {
            _flushStarted = started;
        }

        Interlocked.Increment(ref _callbacksRunning);

        try
        {
            await _onFlush(batch, _giveUpOnCallbacks.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        var isCancelled = failure is OperationCanceledException && _giveUpOnCallbacks.IsCancellationRequested;
        var duration = _timeProvider.GetElapsedTime(started);
        Interlocked.Decrement(ref _callbacksRunning);
        lock (_gate)
        {
            _flushStarted = null;
            _lastFlushDuration = duration;
            _flushed += failure is null ? batch.Length : 0;
            _failures += failure is null || isCancelled ? 0 : 1;
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

    /// <summary>Tells the error callback, one call at a time; what it throws is logged and swallowed.</summary>
    private async ValueTask ReportAsync(Exception exception)
    {
        if (_onError is null)
        {
            Log.QueueError(_logger, Name, exception.Message, exception);
            return;
        }

        try
        {
            await _errorGate.WaitAsync(_giveUpOnCallbacks.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Log.QueueError(_logger, Name, exception.Message, exception);
            return;
        }

        try
        {
            if (!MayCallBack)
            {
                Log.QueueError(_logger, Name, exception.Message, exception);
                return;
            }

            InsideCallbackOf.Value = this;
            Interlocked.Increment(ref _callbacksRunning);
            try
            {
                await _onError(exception, _giveUpOnCallbacks.Token).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref _callbacksRunning);
            }
        }
        catch (Exception thrown)
        {
            Log.QueueErrorCallbackFailed(_logger, Name, thrown);
        }
        finally
        {
            _errorGate.Release();
        }
    }

    private sealed class FlushWaiter(long position) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Position { get; } = position;
    }
}

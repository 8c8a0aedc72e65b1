namespace EventWatcher;

// Calling back: what the application is told of errors, and when it may still be called at all.
public sealed partial class EventQueue
{
    private static readonly AsyncLocal<EventQueue?> InsideCallbackOf = new();

    private readonly SemaphoreSlim _errorGate = new(1, 1);
    private bool _isOutOfTime;
    private int _callbacksRunning;

    private bool IsInsideCallback => Volatile.Read(ref _callbacksRunning) > 0 && ReferenceEquals(InsideCallbackOf.Value, this);

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

    /// <summary>Tells the error callback, one call at a time; what it throws is logged and swallowed.</summary>
    private async ValueTask ReportAsync(Exception exception)
    {
        if (_onError is null)
        {
            if (exception is not FlushException)
            {
                // What the handler threw has been logged where it was caught.
                Log.QueueError(_logger, Name, exception.Message, exception);
            }

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
            if (!TryBeginCallback())
            {
                Log.QueueError(_logger, Name, exception.Message, exception);
                return;
            }

            InsideCallbackOf.Value = this;
            try
            {
                await _onError(exception, _giveUpOnCallbacks.Token).ConfigureAwait(false);
            }
            finally
            {
                EndCallback();
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

    /// <summary>Asked before every call into the application's code: after a stop none begins, a drain apart.</summary>
    private bool TryBeginCallback()
    {
        lock (_gate)
        {
            if (_isOutOfTime || !(_phase == Phase.Running || (_phase == Phase.Stopping && _options.DrainOnStop)))
            {
                return false;
            }

            _callbacksRunning++;
            return true;
        }
    }

    private void EndCallback()
    {
        lock (_gate)
        {
            _callbacksRunning--;
        }
    }
}

using System.Security.Cryptography;
using Polly;
using Polly.Retry;

namespace EventWatcher;

// The one background run behind a subscription: starting, running (again), ending.
public sealed partial class WatchStream
{
    // Beyond any allowed delay, and far from the end of TimeSpan's range.
    private const int MostDoublings = 20;

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _stateGate = new();
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenRegistration _callersToken;
    private int _isDisposed;
    private volatile bool _reloadIsDue;
    private long _readySince;
    private int _restarts;

    internal Action? OverflowRead { get; set; }

    /// <summary>Ends the subscription and waits until the watcher has stopped running.</summary>
    /// <remarks>
    /// Idempotent and thread-safe. A watcher that does not return within <see cref="WatcherOptions.StopTimeout"/> is
    /// logged as abandoned.
    /// </remarks>
    /// <returns>The ending.</returns>
    public async ValueTask DisposeAsync()
    {
        End();
        try
        {
            await Completion.WaitAsync(_options.StopTimeout, _timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.WatcherAbandoned(_logger, Name, _options.StopTimeout);
        }
        catch (Exception) when (Completion.IsFaulted)
        {
            // A terminal failure was reported when it happened; disposal does not throw it again.
        }

        _callersToken.Unregister();
    }

    internal void Start(Func<WatchWriter, CancellationToken, Task> watch, CancellationToken cancellationToken)
    {
        _callersToken = cancellationToken.UnsafeRegister(static stream => ((WatchStream)stream!).End(), this);
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(watch), CancellationToken.None);
        }
    }

    internal void BeforeEmit()
    {
        // Not by the state alone: a first run that failed leaves it interrupted, and nobody ready.
        if (State == WatchState.Connecting || _reloadIsDue || !_ready.Task.IsCompleted)
        {
            SetReady();
        }
    }

    internal void SetReady()
    {
        bool reload;
        lock (_stateGate)
        {
            if (State is WatchState.Completed or WatchState.Failed)
            {
                return;
            }

            if (State != WatchState.Ready)
            {
                _readySince = _timeProvider.GetTimestamp();
            }

            State = WatchState.Ready;
            reload = _reloadIsDue;
            _reloadIsDue = false;
        }

        if (reload)
        {
            _events.Write(Event.ForceReload(Type, Name, "the watcher failed and was run again", dropped: null, _timeProvider.GetUtcNow()), out _);
        }

        _ready.TrySetResult();
    }

    internal void SetInterrupted(Exception reason)
    {
        lock (_stateGate)
        {
            if (State is WatchState.Completed or WatchState.Failed)
            {
                return;
            }

            State = WatchState.Interrupted;
        }

        ReportError(reason);
    }

    internal void ReportError(Exception error)
    {
        CoreTelemetry.Default.ErrorReported(Type);
        _errors.Write(error as WatcherException ?? new WatcherException(Name, error.Message, error));
    }

    internal void OnOverflowBegins() => Log.StreamOverflows(_logger, Name, _options.Capacity);

    private void OnOverflowTaken(Overflow overflow)
    {
        CoreTelemetry.Default.EventsDropped(overflow.Dropped, overflow.Type, "stream");
        ReportError(new WatcherOverflowException(Name, overflow, _options.Capacity));
        OverflowRead?.Invoke();
    }

    private async Task RunAsync(Func<WatchWriter, CancellationToken, Task> watch)
    {
        var output = new WatchWriter(this, _events, _timeProvider);
        try
        {
            if (_options.RestartOnFailure)
            {
                await RestartPipeline().ExecuteAsync(
                    static async (run, token) => await run.watch(run.output, token).ConfigureAwait(false),
                    (watch, output),
                    _stop.Token).ConfigureAwait(false);
            }
            else
            {
                await watch(output, _stop.Token).ConfigureAwait(false);
            }

            _ready.TrySetResult();
            Finish(WatchState.Completed, failure: null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Finish(WatchState.Completed, failure: null);
        }
        catch (Exception exception) when (_stop.IsCancellationRequested)
        {
            // What breaks while it is being ended is worth a line, not a failure.
            Log.WatcherFailedWhileStopping(_logger, Name, exception);
            Finish(WatchState.Completed, failure: null);
        }
        catch (Exception exception)
        {
            Log.WatcherFailed(_logger, Name, exception);
            ReportError(exception);
            Finish(WatchState.Failed, exception);
        }
    }

    private ResiliencePipeline RestartPipeline() => new ResiliencePipelineBuilder { TimeProvider = _timeProvider }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null && !_stop.IsCancellationRequested),
            MaxRetryAttempts = int.MaxValue,
            DelayGenerator = _ => ValueTask.FromResult<TimeSpan?>(NextRestartDelay()),
            OnRetry = arguments =>
            {
                Log.WatcherRestarts(_logger, Name, arguments.RetryDelay, arguments.Outcome.Exception!);
                _reloadIsDue = _ready.Task.IsCompletedSuccessfully;
                SetInterrupted(arguments.Outcome.Exception!);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private TimeSpan NextRestartDelay()
    {
        // A run that held out is a new beginning: the failures of last week say nothing about this one.
        if (State == WatchState.Ready && _timeProvider.GetElapsedTime(_readySince) >= _options.MaxRestartDelay)
        {
            _restarts = 0;
        }

        var delay = _options.RestartDelay * Math.Pow(2, Math.Min(_restarts++, MostDoublings));
        var jittered = delay * (0.75 + (RandomNumberGenerator.GetInt32(1_000) / 2_000.0));
        return jittered < _options.MaxRestartDelay ? jittered : _options.MaxRestartDelay;
    }

    /// <summary>The consumer's end: both channels complete now, the run is told to stop.</summary>
    private void End()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        lock (_stateGate)
        {
            State = State == WatchState.Failed ? WatchState.Failed : WatchState.Completed;
        }

        var discarded = _events.Complete(discard: true);
        _errors.Complete(discard: true);
        if (discarded > 0)
        {
            Log.PendingDiscarded(_logger, Name, discarded);
        }

        _ready.TrySetCanceled(CancellationToken.None);

        // On the pool: what the watcher does on cancellation is not the caller's time.
        _ = _stop.CancelAsync();
    }

    /// <summary>The producer's end: what was emitted stays readable.</summary>
    private void Finish(WatchState state, Exception? failure)
    {
        lock (_stateGate)
        {
            State = State == WatchState.Completed ? WatchState.Completed : state;
        }

        foreach (var loss in _events.Finish())
        {
            OnOverflowTaken(loss);
        }

        _errors.Complete(discard: false);
        if (failure is null)
        {
            _ready.TrySetCanceled(CancellationToken.None);
            _completion.TrySetResult();
        }
        else
        {
            // Looked at here, so that an application that never awaits them is not told of unobserved exceptions.
            _ = _ready.TrySetException(failure) && _ready.Task.Exception is not null;
            _ = _completion.TrySetException(failure) && _completion.Task.Exception is not null;
        }

        _callersToken.Unregister();
    }
}

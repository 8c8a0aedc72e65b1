using Microsoft.Extensions.Logging;

namespace EventWatcher.Docker;

/// <summary>One engine's event stream, kept open, shared by all who watch that engine with the same credentials.</summary>
/// <remarks>
/// One loop, one owner. Its phases, over and over:
/// connect (with back-off) → stand (verify that nothing was missed, tell everybody) → drain until the stream ends.
/// Beside the drain runs the audit. Nothing here ever waits for a consumer.
/// </remarks>
internal sealed partial class DockerEventHub : ISharedHub<DockerSubscription>
{
    private static readonly TimeSpan ErrorReportInterval = TimeSpan.FromMinutes(1);

    private readonly DockerHubKey _settings;
    private readonly IDockerEngine _engine;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _loop;
    private DockerSubscription[] _subscriptions = [];
    private State _state;
    private Exception? _lastError;
    private long _lastErrorReport;

    public DockerEventHub(DockerHubKey settings, IDockerEngine engine, ILogger logger)
    {
        _settings = settings;
        _engine = engine;
        _logger = logger;
        _timeProvider = settings.TimeProvider;
        _reconnect = ReconnectPipeline();
        using (ExecutionContext.SuppressFlow())
        {
            _loop = Task.Run(RunAsync);
        }
    }

    private enum State
    {
        Connecting = 0,
        Standing,
        Interrupted,
    }

    private string Source => _settings.Source;

    public void Add(DockerSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
            if (_state == State.Standing)
            {
                subscription.SetReady();
            }
            else if (_state == State.Interrupted)
            {
                subscription.SetInterrupted(_lastError!);
            }
        }
    }

    public void Remove(DockerSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (_settings.Engine is null)
        {
            await _engine.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var shortConnections = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = await _reconnect.ExecuteAsync(
                    static async (hub, token) => await hub.ConnectAsync(token).ConfigureAwait(false),
                    this,
                    _stop.Token).ConfigureAwait(false);
                var stood = _timeProvider.GetTimestamp();
                var failure = await HoldAsync(connection).ConfigureAwait(false);
                OnEnded(failure);
                shortConnections = _timeProvider.GetElapsedTime(stood) < TimeSpan.FromSeconds(1) ? shortConnections + 1 : 0;
                await Task.Delay(PauseAfter(shortConnections), _timeProvider, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (_stop.IsCancellationRequested)
            {
                Log.EndedWhileStopping(_logger, Source, exception.Message);
            }
        }
    }

    /// <summary>A stream is resumed at once, unless the connections keep breaking as soon as they stand.</summary>
    private TimeSpan PauseAfter(int shortConnections)
    {
        if (_settings.Resume == DockerResume.Never)
        {
            return _settings.RetryDelay;
        }

        if (shortConnections <= 1)
        {
            return TimeSpan.Zero;
        }

        var pause = TimeSpan.FromMilliseconds(25 * Math.Pow(2, Math.Min(shortConnections, 12)));
        return pause < _settings.RetryDelay ? pause : _settings.RetryDelay;
    }

    /// <summary>Tells everybody that the stream stands, and where it must be that something may have been missed.</summary>
    private void Stand(DockerConnection connection)
    {
        string? reason;
        lock (_gate)
        {
            reason = _reloadReason;
            _reloadReason = null;
            _state = State.Standing;
            _hasStood = true;
            connection.Repeated = null;
            connection.AuditFrom = reason is null ? _newest : null;
            foreach (var subscription in _subscriptions)
            {
                subscription.SetReady();
            }

            if (reason is not null)
            {
                ForceReload(reason);
            }

            ReleaseHeld(connection);
        }

        Log.StreamStands(_logger, Source, reason ?? "nothing was missed");
    }

    private void OnEnded(Exception? failure)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        DockerTelemetry.StreamEnded(failure is null);
        if (failure is null && _settings.Resume == DockerResume.Proved)
        {
            // Routine: some proxies end every stream after ten minutes.
            Log.StreamEnded(_logger, Source);
        }
        else
        {
            Interrupt(failure ?? new DockerStreamCutException(_engine.Name, $"The event stream of {_engine.Name} ended."));
        }

        lock (_gate)
        {
            if (_settings.Resume == DockerResume.Never)
            {
                ForceReload("the engine's event stream ended");
                _reloadReason = "the engine's event stream is back";
                Forget();
            }
            else if (_newest is null)
            {
                _reloadReason ??= "the stream was interrupted before any event by which a gap could be excluded";
            }
            else
            {
                _toProve ??= _newest;
            }
        }
    }

    /// <summary>Begins anew: nothing has been received. The lock is held.</summary>
    private void Forget()
    {
        _seen.Clear();
        _unread.Clear();
        _newest = null;
        _toProve = null;
        _covered = null;
    }

    /// <summary>One error when the state changes, then at most one a minute.</summary>
    private void Interrupt(Exception error)
    {
        lock (_gate)
        {
            var isChange = _state != State.Interrupted;
            _lastError = error;
            if (!isChange && _timeProvider.GetElapsedTime(_lastErrorReport) < ErrorReportInterval)
            {
                Log.StillInterrupted(_logger, Source, error.Message);
                return;
            }

            _state = State.Interrupted;
            _lastErrorReport = _timeProvider.GetTimestamp();
            foreach (var subscription in _subscriptions)
            {
                if (isChange)
                {
                    subscription.SetInterrupted(error);
                }
                else
                {
                    subscription.ReportError(error);
                }
            }
        }

        Log.Interrupted(_logger, Source, error);
    }

    private void ReportError(Exception error)
    {
        lock (_gate)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.ReportError(error);
            }
        }
    }

    /// <summary>The lock is held.</summary>
    private void ForceReload(string reason)
    {
        DockerTelemetry.ForceReload();
        Log.ForceReload(_logger, Source, reason);
        var item = Event.ForceReload(EventType.Docker, Source, reason, dropped: null, _timeProvider.GetUtcNow());
        foreach (var subscription in _subscriptions)
        {
            subscription.ForceReload(item);
        }
    }

    /// <summary>The lock is held.</summary>
    private void Dispatch(DockerEvent item)
    {
        if (DockerEventMap.ToEvent(item, Source) is not { } mapped)
        {
            DockerTelemetry.Ignored();
            return;
        }

        DockerTelemetry.Received();
        foreach (var subscription in _subscriptions)
        {
            subscription.Offer(item, mapped);
        }
    }
}

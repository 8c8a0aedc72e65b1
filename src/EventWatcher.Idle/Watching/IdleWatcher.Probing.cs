using System.Net;

namespace EventWatcher.Idle;

// From "runs" to "serves", and the slow probe after that.
public sealed partial class IdleWatcher
{
    private const int UnhealthyAfter = 3;
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestProbeInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BackOffAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private CancellationTokenSource? _probeCancellation;
    private int _probeEpoch;
    private int _tries;
    private int _failedProbes;
    private long _latencyTicks = -1;
    private long _monitorDue = IdleClock.Never;
    private bool _wasFoundRunning;
    private bool? _health;

    private void BeginProbe(LifecycleState before)
    {
        CancelProbe();
        if (before is not (LifecycleState.Waking or LifecycleState.GivingUp))
        {
            // Found running, or found running still: its time begins now.
            _wasFoundRunning = true;
            BeginWakeTime();
        }

        _mayRun = true;
        Volatile.Write(ref _tries, 0);
        if (_isWaking || HasDemand)
        {
            AddWakeEvent(WakeEventType.WaitingReady, $"Waiting until {Name} serves.", _wakeStartedAt);
        }

        var cancellation = _probeCancellation = new CancellationTokenSource();
        var epoch = _probeEpoch;
        _services.Launch(() => RunProbeAsync(epoch, cancellation.Token));
        if (_isInDoubt)
        {
            _isInDoubt = false;
            Look();
        }
    }

    private void CancelProbe()
    {
        _probeEpoch++;
        _probeCancellation?.Cancel();
        _probeCancellation = null;
    }

    private async Task RunProbeAsync(int epoch, CancellationToken cancellationToken)
    {
        var began = _clock.Now;
        var pause = ProbeInterval;
        var looked = began;
        try
        {
            using var activity = IdleTelemetry.StartPhase("probe", _wakeActivity?.Context ?? default);
            while (true)
            {
                var tried = _clock.Now;
                var problem = await TryProbeAsync(cancellationToken).ConfigureAwait(false);
                var latency = _clock.Since(tried);
                if (problem is null)
                {
                    IdleTelemetry.PhaseTook("probe", _clock.Since(began));
                    Post(static (watcher, state) => watcher.OnProbePassed(((int, TimeSpan))state!), (epoch, latency));
                    return;
                }

                Post(static (watcher, state) => watcher.OnProbeFailed(((int, string))state!), (epoch, problem));
                if (_clock.Since(looked) >= LookInterval)
                {
                    // Its end may have escaped the events.
                    looked = _clock.Now;
                    Post(static (watcher, state) => watcher.OnLookWanted((int)state!), epoch);
                }

                await _clock.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
                if (_clock.Since(began) >= BackOffAfter)
                {
                    pause = pause * 1.5 < LongestProbeInterval ? pause * 1.5 : LongestProbeInterval;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Probes once.</summary>
    /// <returns>Null where it serves; else why not.</returns>
    private async Task<string?> TryProbeAsync(CancellationToken cancellationToken)
    {
        if (_runsToItsEnd)
        {
            return "it has not run to its end yet";
        }

        var options = _options;
        var probe = _services.Probes.For(options);
        using var timeout = new CancellationTokenSource(ProbeTimeout, _clock.Provider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (ReferenceEquals(probe, RunningProbe.Instance))
            {
                return await AskWhetherItRunsAsync(linked.Token).ConfigureAwait(false);
            }

            // Resolved after the start: the address may be another one each time.
            var address = probe.NeedsAddress ? await FindAddressAsync(options.Port, linked.Token).ConfigureAwait(false) : null;
            var probing = probe.ProbeAsync(
                new HealthProbeTarget
                {
                    Container = Name,
                    Id = Id,
                    Address = address,
                    ContainerHealth = _health,
                    WasFoundRunning = _wasFoundRunning,
                },
                linked.Token);

            // One that does not heed its token is waited for no longer.
            return await (probing.IsCompleted ? probing.AsTask() : Observed(probing.AsTask()).WaitAsync(linked.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "the probe took too long";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Refused, no route, no address yet: all of it is "not yet".
            return exception.Message.TrimEnd('.');
        }
    }

    // What is left behind may fail when nobody looks any more.
    private static Task<string?> Observed(Task<string?> probing)
    {
        _ = probing.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return probing;
    }

    private async Task<string?> AskWhetherItRunsAsync(CancellationToken cancellationToken)
    {
        var status = await _services.Provider.GetStatusAsync(Id, cancellationToken).ConfigureAwait(false);
        return status is ContainerStatus.Running ? null : $"its state is {status}";
    }

    private async Task<EndPoint> FindAddressAsync(int? port, CancellationToken cancellationToken)
    {
        var options = _options;
        if (options.Address is { } text && (port is null || port == options.Port) && AddressText.TryParse(text, out var fixedAddress))
        {
            return fixedAddress;
        }

        var wanted = port ?? options.Port ?? throw new InvalidOperationException($"{Name} has no port; set {nameof(IdleContainerOptions.Port)} or {nameof(IdleContainerOptions.Address)}.");
        return await _services.Provider.GetEndpointAsync(Id, wanted, cancellationToken).ConfigureAwait(false);
    }

    private void OnProbePassed((int Epoch, TimeSpan Latency) passed)
    {
        if (passed.Epoch == _probeEpoch)
        {
            Volatile.Write(ref _tries, _tries + 1);
            Volatile.Write(ref _latencyTicks, passed.Latency.Ticks);
            _failedProbes = 0;
            Apply(LifecycleInput.ProbePassed);
        }
    }

    private void OnProbeFailed((int Epoch, string Problem) failed)
    {
        if (failed.Epoch == _probeEpoch)
        {
            Volatile.Write(ref _tries, _tries + 1);
            _detail = failed.Problem;
        }
    }

    private void OnLookWanted(int epoch)
    {
        if (epoch == _probeEpoch && _state is LifecycleState.Starting)
        {
            Look();
        }
    }

    private long MonitorDue() => _options.MonitorInterval > TimeSpan.Zero ? _clock.After(_options.MonitorInterval) : IdleClock.Never;

    private void CheckMonitor(long now)
    {
        if (now < _monitorDue || _state is not LifecycleState.Ready)
        {
            return;
        }

        _monitorDue = IdleClock.Never;
        var generation = _generation;
        _services.Launch(async () =>
        {
            var tried = _clock.Now;
            var problem = await TryProbeAsync(CancellationToken.None).ConfigureAwait(false);
            Post(static (watcher, state) => watcher.OnMonitored(((int, string?, TimeSpan))state!), (generation, problem, _clock.Since(tried)));
        });
    }

    private void OnMonitored((int Generation, string? Problem, TimeSpan Latency) result)
    {
        if (result.Generation != _generation || _state is not LifecycleState.Ready)
        {
            return;
        }

        _monitorDue = MonitorDue();
        Volatile.Write(ref _tries, _tries + 1);
        _detail = result.Problem ?? "";
        if (result.Problem is null)
        {
            Volatile.Write(ref _latencyTicks, result.Latency.Ticks);
            _failedProbes = 0;
        }
        else if (++_failedProbes >= UnhealthyAfter)
        {
            OnUnhealthy(result.Problem);
        }
    }

    private void OnUnhealthy(string problem)
    {
        _detail = problem;
        if (_options.UnhealthyIs == UnhealthyIs.Error && _state is LifecycleState.Ready)
        {
            Log.Unusable(_services.Logger, Name, problem);
            Volatile.Write(ref _graceFrom, _clock.Now);
            Apply(LifecycleInput.Unhealthy);
        }
    }
}

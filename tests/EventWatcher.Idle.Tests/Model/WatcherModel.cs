using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Idle.Tests;

/// <summary>
/// A container "app" that needs a container "db", and everything that may happen to them, in an order that a seed decides. After
/// every step the promises of the state machine are checked; in the end the watchers must believe what is true, and
/// everybody who waited must have been told.
/// </summary>
internal sealed class WatcherModel : IDisposable
{
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);

    private readonly Random _random;
    private readonly FakeTimeProvider _time = new();
    private readonly ModelRuntime _runtime;
    private readonly SharedTimer _timer;
    private readonly HealthProbes _probes;
    private readonly Dictionary<string, IdleWatcher> _watchers = new(StringComparer.Ordinal);
    private readonly List<(string Name, Waiter Waiter)> _waiters = [];
    private readonly List<HeldLease> _leases = [];
    private readonly Dictionary<string, DateTimeOffset> _lastUse = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _touchedUntil = new(StringComparer.Ordinal);
    private readonly HashSet<string> _askedToSleep = new(StringComparer.Ordinal);
    private readonly StringBuilder _story = new();
    private readonly IdleContainerOptions _options;
    private InvalidOperationException? _violation;
    private readonly bool _isOrdered;
    private readonly HashSet<Event> _outside = new(ReferenceEqualityComparer.Instance);
    private bool _isListWanted;
    private bool _isLagging;
    private int _lag;
    private bool _serves = true;
    private bool _isDisposed;

    public WatcherModel(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        _runtime = new ModelRuntime(OnCall);
        var clock = new IdleClock(_time);
        _timer = new SharedTimer(clock);
        _probes = new HealthProbes(_time);
        var services = new WatcherServices
        {
            Provider = _runtime,
            Clock = clock,
            Timer = _timer,
            Budget = new WaitingBudget(1_000),
            Probes = _probes,
            Logger = NullLogger.Instance,
            FindId = (name, _) => Task.FromResult(_runtime.Find(name)?.Id),
            FindDependency = _watchers.GetValueOrDefault,
            Continuations = TaskCreationOptions.None,
            Launch = static work => _ = work(),
        };
        _isOrdered = _random.Next(2) == 0;
        var probe = new DelegateHealthProbe((_, _) => new ValueTask<string?>(_serves ? null : "not yet"));
        _options = new IdleContainerOptions
        {
            IdleTimeout = IdleTimeout,
            WakeTimeout = TimeSpan.FromSeconds(30),
            StopTimeout = TimeSpan.FromSeconds(10),
            HealthProbe = probe,
            StopMethod = (StopMethod)_random.Next(3),
            ReleaseConcurrency = _random.Next(3) == 0 ? 1 : null,
            MaxHold = _random.Next(3) == 0 ? TimeSpan.FromSeconds(20) : null,
            UnhealthyIs = (UnhealthyIs)_random.Next(2),
        };
        if (_random.Next(2) == 0)
        {
            _options.DependsOn.Add(_random.Next(2) == 0 ? "db" : "db:healthy");
        }

        Add("app", _options, services);
        Add("db", new IdleContainerOptions { IdleTimeout = Timeout.InfiniteTimeSpan, WakeTimeout = TimeSpan.FromSeconds(30), StopTimeout = TimeSpan.FromSeconds(10), HealthProbe = probe }, services);
    }

    public int Seed { get; }

    public string Story => _story.ToString();

    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Step();
            Check();
        }

        Finish();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _probes.Dispose();
    }

    private void Add(string name, IdleContainerOptions options, WatcherServices services)
    {
        _runtime.Make(name, _random.Next(2) == 0 ? ContainerStatus.Stopped : ContainerStatus.Running);
        var watcher = new IdleWatcher(name, options, services, _runtime.Find(name)!.Id);
        _watchers.Add(name, watcher);
        _lastUse[name] = _time.GetUtcNow();
        if (_random.Next(2) == 0)
        {
            watcher.OnListed(_runtime.Find(name));
        }
    }

    private void Step()
    {
        var name = _random.Next(4) == 0 ? "db" : "app";
        var watcher = _watchers[name];
        switch (_random.Next(20))
        {
            case 0 or 1 or 2:
                Request(name, watcher);
                break;
            case 3 or 4:
                ReleaseOne();
                break;
            case 5:
                CancelOne();
                break;
            case 6 or 7 or 8:
                ReturnOne();
                break;
            case 9 or 10 or 11:
                DeliverOne();
                break;
            case 12 or 13:
                Advance(_random.Next(4) switch
                {
                    0 => _random.Next(100),
                    1 => _random.Next(2_000),
                    2 => _random.Next(15_000),
                    _ => _random.Next(100_000),
                });
                break;
            case 14 or 15:
                ActOutside(name);
                break;
            case 16:
                Tell("the probe changes its mind");
                _serves = !_serves;
                break;
            case 17 when _isListWanted || _random.Next(3) == 0:
                Tell($"events lost, list {name}");
                _runtime.Events.Clear();
                List();
                break;
            case 18 when _random.Next(4) == 0:
                Tell($"{name} is asked to sleep");
                _askedToSleep.Add(name);
                _ = watcher.SleepAsync();
                _askedToSleep.Remove(name);
                break;
            case 19 when _random.Next(6) == 0:
                Tell("reloaded");
                _watchers["app"].Configure(_options.Copy());
                break;
            default:
                var touch = TimeSpan.FromSeconds(_random.Next(30));
                if (watcher.TryTouch(touch))
                {
                    _touchedUntil[name] = _touchedUntil.GetValueOrDefault(name) is var before && before > _time.GetUtcNow() + touch ? before : _time.GetUtcNow() + touch;
                    Tell($"{name} touched");
                    _lastUse[name] = _time.GetUtcNow();
                }

                break;
        }
    }

    private void List()
    {
        _isListWanted = false;
        foreach (var (name, watcher) in _watchers)
        {
            watcher.OnListed(_runtime.Find(name));
        }
    }

    private void Request(string name, IdleWatcher watcher)
    {
        if (watcher.TryAcquire(out var lease))
        {
            Tell($"lease of {name}");
            _leases.Add(new HeldLease(name, lease, watcher.Generation, RunOf(name)));
        }
        else if (watcher.TryWait(out _) is { } waiter)
        {
            Tell($"somebody waits for {name}");
            _waiters.Add((name, waiter));
        }
    }

    private void ReleaseOne()
    {
        if (_leases.Count > 0)
        {
            var held = _leases[_random.Next(_leases.Count)];
            Tell($"release of {held.Name}{(held.Lease.IsVoid ? " (void)" : "")}");
            _leases.Remove(held);
            if (!held.Lease.IsVoid)
            {
                _lastUse[held.Name] = _time.GetUtcNow();
            }

            held.Release();
        }
    }

    private void CancelOne()
    {
        if (_waiters.Count > 0)
        {
            var (name, waiter) = _waiters[_random.Next(_waiters.Count)];
            Tell($"somebody waits no longer for {name}");
            waiter.Room.Remove(waiter);
            waiter.TrySetCanceled();
        }
    }

    private void ReturnOne()
    {
        if (_runtime.Pending.Count == 0)
        {
            return;
        }

        var call = _runtime.Pending[_random.Next(_runtime.Pending.Count)];
        var id = _runtime.Find(call.Name)?.Id ?? new ContainerId(call.Name);
        switch (_random.Next(10))
        {
            case 0:
                Tell($"{call} fails");
                _runtime.Return(call, new ContainerOperationException(id, "refused"));
                break;
            case 1:
                Tell($"{call} happens, and its answer is lost");
                _runtime.TakeEffect(call);
                _runtime.Return(call, new ContainerProviderUnreachableException(id, "cut"));
                break;
            default:
                Tell($"{call} returns");
                _runtime.Return(call);
                break;
        }
    }

    private void DeliverOne()
    {
        if (_runtime.Events.Count == 0)
        {
            return;
        }

        var index = !_isOrdered && _random.Next(4) == 0 ? _random.Next(_runtime.Events.Count) : 0;
        var item = _runtime.Events[index];
        _runtime.Events.RemoveAt(index);
        Deliver(item);
    }

    private void Deliver(Event item)
    {
        Tell($"event {item}");
        var watcher = _watchers[item.ActorName];

        // As the manager does: names may belong to other ids now.
        _isListWanted |= item.Action is EventAction.ContainerCreate or EventAction.ContainerDestroy;
        if (item.Action == EventAction.ContainerCreate)
        {
            watcher.OnBound(new ContainerId(item.ActorId));
        }

        // As the manager does: by id.
        if (watcher.Id == default || string.Equals(watcher.Id.Value, item.ActorId, StringComparison.Ordinal))
        {
            watcher.OnEvent(item);
        }
    }

    private void Advance(int milliseconds)
    {
        Tell($"{milliseconds} ms pass");
        Pass(milliseconds);
    }

    private void Pass(int milliseconds)
    {
        _lag = _runtime.Events.Count > 0 ? _lag + milliseconds : 0;
        _isLagging |= _lag > 25_000;
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        // A delay that is cancelled ends on the pool. What gives up and waits for no call is just doing that.
        foreach (var (name, watcher) in _watchers)
        {
            True(
                SpinWait.SpinUntil(
                    () => watcher.LifecycleState is not LifecycleState.GivingUp || _runtime.Pending.Exists(call => call.Name == name),
                    Eventually.DefaultDeadline),
                $"{name} gives up for ever");
        }
    }

    // What others did and nobody was told of yet may have been another run.
    private int RunOf(string name) => _runtime.Events.Exists(item => item.ActorName == name && _outside.Contains(item)) ? -1 : _runtime.RunsOf(name);

    private void ActOutside(string name)
    {
        var told = _runtime.Events.Count;
        ActOutsideUntold(name);
        _outside.UnionWith(_runtime.Events.Skip(told));
    }

    private void ActOutsideUntold(string name)
    {
        var what = _random.Next(9);
        Tell($"outside {what} on {name}");
        switch (what)
        {
            case 0 or 1:
                _runtime.Run(name);
                break;
            case 2 or 3:
                _runtime.Signal(name, "15");
                _runtime.End(name);
                break;
            case 4:
                _runtime.Freeze(name);
                break;
            case 5:
                _runtime.Thaw(name);
                break;
            case 6:
                _runtime.Signal(name, _random.Next(2) == 0 ? "1" : "15");
                break;
            case 7 when _runtime.StatusOf(name) is not ContainerStatus.Missing:
                _runtime.Remove(name);
                break;
            default:
                if (_runtime.StatusOf(name) is ContainerStatus.Missing)
                {
                    _runtime.Make(name, _random.Next(2) == 0 ? ContainerStatus.Stopped : ContainerStatus.Running);
                }

                break;
        }
    }

    // At no time two starts, or a start and a stop, of one container; no stop of what is used or was used lately.
    private void OnCall(PendingCall call)
    {
        if (!call.IsStart && !call.IsStop)
        {
            return;
        }

        Tell($"  {call} begins");
        True(_runtime.Pending.Count(other => other.Name == call.Name && (other.IsStart || other.IsStop)) == 1, $"{call} begins while another is under way");
        if (!call.IsStop || !_watchers.TryGetValue(call.Name, out var watcher))
        {
            return;
        }

        True(watcher.LifecycleState is LifecycleState.Stopping, $"{call} in {watcher.LifecycleState}");
        True(!_leases.Exists(held => held.Name == call.Name && !held.Lease.IsVoid), $"{call} while a lease is held");
        True(_touchedUntil.GetValueOrDefault(call.Name) <= _time.GetUtcNow(), $"{call} while it is touched");
        True(watcher.Dependents == 0, $"{call} while {watcher.Dependents} depend on it");
        True(
            _askedToSleep.Contains(call.Name) || call.Name == "db" || _time.GetUtcNow() - _lastUse[call.Name] >= IdleTimeout,
            $"{call} only {_time.GetUtcNow() - _lastUse[call.Name]} after its last use");
    }

    private void Check()
    {
        if (_violation is not null)
        {
            throw _violation;
        }

        Collect();
        foreach (var (name, watcher) in _watchers)
        {
            var state = watcher.LifecycleState;
            True(watcher.Gate.IsOpen == (state is LifecycleState.Ready), $"{name}: the gate is {(watcher.Gate.IsOpen ? "open" : "closed")} in {state}");
            var held = _leases.Count(lease => lease.Name == name && !lease.Lease.IsVoid);
            True(watcher.Gate.Count == held, $"{name}: {watcher.Gate.Count} leases are counted and {held} held");
            if (_isOrdered && !_isLagging && _options.UnhealthyIs is UnhealthyIs.Ignore)
            {
                // Where events come in their order and within half a minute, another life begins only with another run.
                True(
                    _leases.TrueForAll(lease => lease.Name != name || lease.Lease.IsVoid || lease.Run != _runtime.RunsOf(name) || lease.Generation == watcher.Generation),
                    $"{name}: life {watcher.Generation} has begun under a lease, and it is the same run");
            }

            if (state is LifecycleState.Ready && _options.ReleaseConcurrency is null)
            {
                True(!_waiters.Exists(waiting => waiting.Name == name), $"{name} is ready and somebody waits");
            }
        }
    }

    // Who was given a lease holds it now; who was refused is gone.
    private void Collect()
    {
        for (var index = _waiters.Count - 1; index >= 0; index--)
        {
            var (name, waiter) = _waiters[index];
            if (!waiter.Task.IsCompleted)
            {
                continue;
            }

            _waiters.RemoveAt(index);
            if (waiter.Task.IsCompletedSuccessfully && waiter.Task.Result.IsAdmitted)
            {
                Tell($"  {name}: a waiter has its lease");
                _leases.Add(new HeldLease(name, waiter.Task.Result.Lease, _watchers[name].Generation, RunOf(name)));
            }
            else
            {
                Tell($"  {name}: a waiter is told {(waiter.Task.IsCanceled ? "nothing" : waiter.Task.Result.Refusal!.Reason)}");
            }
        }
    }

    /// <summary>The world comes to rest: every call returns, every event arrives, and what is believed must be true.</summary>
    private void Finish()
    {
        Tell("-- rest");
        _serves = true;
        Rest();
        foreach (var (name, watcher) in _watchers)
        {
            var truth = _runtime.StatusOf(name);
            var state = watcher.LifecycleState;
            var isRight = state switch
            {
                LifecycleState.Ready => truth is ContainerStatus.Running,
                LifecycleState.Napping => truth is ContainerStatus.Stopped or ContainerStatus.Paused,

                // It may run and was never ready: until it is asked for again, or its idle time is over.
                LifecycleState.Failed => true,
                LifecycleState.Error => truth is ContainerStatus.Missing,
                _ => false,
            };
            True(isRight, $"{name} is {truth} and believed to be {state}");
            True(truth is ContainerStatus.Running or ContainerStatus.Paused || watcher.Gate.Count == 0, $"{name} is {truth} and {watcher.Gate.Count} leases are held");
        }

        if (_random.Next(2) == 0)
        {
            Tell("disposed");
            _isDisposed = true;
            foreach (var watcher in _watchers.Values)
            {
                _ = watcher.DisposeAsync();
            }
        }

        Collect();
        while (_leases.Count > 0)
        {
            ReleaseOne();
            Collect();
        }

        Rest();
        True(_waiters.Count == 0, $"{_waiters.Count} wait for ever");
        if (_isDisposed)
        {
            True(_watchers.Values.All(static watcher => watcher.LifecycleState is LifecycleState.Disposed), "something is not disposed");
        }
    }

    private void Rest()
    {
        // Long enough for every deadline, and shorter than the idle time once it is reached.
        for (var round = 0; round < 500; round++)
        {
            while (_isListWanted || _runtime.Events.Count > 0 || _runtime.Pending.Count > 0)
            {
                while (_runtime.Events.Count > 0)
                {
                    var item = _runtime.Events[0];
                    _runtime.Events.RemoveAt(0);
                    Deliver(item);
                }

                if (_isListWanted)
                {
                    Tell("list");
                    List();
                }

                if (_runtime.Pending.Count > 0)
                {
                    var call = _runtime.Pending[0];
                    Tell($"{call} returns");
                    _runtime.Return(call);
                }

                Check();
            }

            if (_waiters.Count == 0 && round > 15 && _watchers.Values.All(static watcher => watcher.LifecycleState is
                LifecycleState.Ready or LifecycleState.Napping or LifecycleState.Failed or LifecycleState.Error or LifecycleState.Disposed or LifecycleState.Unknown))
            {
                return;
            }

            True(
                round < 15 || !_waiters.Exists(waiting => _watchers[waiting.Name].LifecycleState is
                    LifecycleState.Unknown or LifecycleState.Napping or LifecycleState.Error or LifecycleState.Failed),
                "somebody waits and nothing is done");
            if (_waiters.Count > 0 && _options.ReleaseConcurrency is not null)
            {
                ReleaseOne();
            }

            Pass(500);
            Check();
        }
    }

    private void Tell(string text)
    {
        _story.Append(_time.GetUtcNow().ToString("mm:ss.fff  ")).Append(text);
        foreach (var (name, watcher) in _watchers)
        {
            _story.Append($"   [{name}: {_runtime.StatusOf(name)}, {watcher.LifecycleState}]");
        }

        _story.Append('\n');
    }

    private void True(bool condition, string complaint)
    {
        if (!condition)
        {
            // Kept, since what is thrown inside a call is taken for the call's failure.
            _violation ??= new InvalidOperationException($"Seed {Seed}: {complaint}.\n{_story}");
            throw _violation;
        }
    }

    private sealed class HeldLease(string name, IdleLease lease, int generation, int run)
    {
        private IdleLease _lease = lease;

        public int Generation => generation;

        public int Run => run;

        public string Name => name;

        public IdleLease Lease => _lease;

        public void Release() => _lease.Dispose();
    }
}

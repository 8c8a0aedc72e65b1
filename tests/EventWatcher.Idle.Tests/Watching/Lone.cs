using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Idle.Tests;

/// <summary>
/// Watchers without a manager on a fake clock, where everything that happens has happened when the call returns: work is
/// begun on the caller's thread, and goes on on the thread of whoever ends what it waits for.
/// </summary>
internal sealed class Lone : IDisposable
{
    private readonly Dictionary<string, IdleWatcher> _watchers = new(StringComparer.Ordinal);
    private readonly WatcherServices _services;
    private readonly SharedTimer _timer;
    private readonly HealthProbes _probes;
    private readonly SynchronizationContext? _context = SynchronizationContext.Current;

    public Lone(ContainerStatus status = ContainerStatus.Stopped, Action<IdleContainerOptions>? configure = null, int maxWaiting = 10_000, ILogger? logger = null)
    {
        // With a context, continuations would be sent away from this thread.
        SynchronizationContext.SetSynchronizationContext(null);
        var clock = new IdleClock(Time);
        _timer = new SharedTimer(clock);
        _probes = new HealthProbes(Time);
        _services = new WatcherServices
        {
            Provider = Runtime,
            Clock = clock,
            Timer = _timer,
            Budget = new WaitingBudget(maxWaiting),
            Probes = _probes,
            Logger = logger ?? NullLogger.Instance,
            FindId = async (name, token) => (await Runtime.ListAsync(token)).FirstOrDefault(item => item.Name == name)?.Id,
            FindDependency = _watchers.GetValueOrDefault,
            Launch = static work => _ = work(),
        };
        Watcher = Add("app", status, configure);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeContainerProvider Runtime { get; } = new();

    public IdleWatcher Watcher { get; }

    public IdleWatcher this[string name] => _watchers[name];

    public LifecycleState State => Watcher.LifecycleState;

    /// <summary>Makes a container and its watcher, which has looked at it already. A minute of idle time where nothing else is said.</summary>
    public IdleWatcher Add(string name, ContainerStatus status = ContainerStatus.Stopped, Action<IdleContainerOptions>? configure = null)
    {
        var options = new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(1) };
        configure?.Invoke(options);
        var id = Runtime.Add(name, status);
        var watcher = new IdleWatcher(name, options, _services, id);
        _watchers.Add(name, watcher);
        watcher.OnListed(new ContainerInfo { Id = id, Name = name, Status = status });
        return watcher;
    }

    /// <summary>Tells the watcher of an event.</summary>
    public void See(EventAction action, params (string Key, string Value)[] attributes) => See("app", action, attributes);

    public void See(string name, EventAction action, params (string Key, string Value)[] attributes) => _watchers[name].OnEvent(new Event
    {
        Type = EventType.Docker,
        Action = action,
        ActorName = name,
        ActorId = _watchers[name].Id.Value,
        ActorAttributes = attributes.ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal),
    });

    public void Advance(double seconds)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        Time.Advance(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Makes calls of a kind wait until they are let go.</summary>
    public Hold HoldCalls(FakeContainerAction action, string name = "app")
    {
        var hold = new Hold();
        var before = Runtime.OnCall;
        Runtime.OnCall = (call, token) => call.Action == action && call.Name == name
            ? hold.WaitAsync(token)
            : Next(before, call, token);
        return hold;
    }

    /// <summary>Lets the next calls of a kind fail.</summary>
    public void FailCalls(FakeContainerAction action, int times = int.MaxValue, string name = "app", Func<ContainerId, Exception>? failure = null)
    {
        var before = Runtime.OnCall;
        Runtime.OnCall = (call, token) => call.Action == action && call.Name == name && times-- > 0
            ? Task.FromException(failure?.Invoke(call.Id) ?? new ContainerOperationException(call.Id, "no such binary"))
            : Next(before, call, token);
    }

    public int Count(FakeContainerAction action, string name = "app") => Runtime.CountCalls(action, name);

    private static Task Next(Func<FakeContainerCall, CancellationToken, Task>? next, FakeContainerCall call, CancellationToken token) =>
        next is null ? Task.CompletedTask : next(call, token);

    public void Dispose()
    {
        _timer.Dispose();
        _probes.Dispose();
        SynchronizationContext.SetSynchronizationContext(_context);
    }
}

/// <summary>Calls that wait.</summary>
internal sealed class Hold
{
    private readonly TaskCompletionSource _go = new();

    public int Waiting { get; private set; }

    public async Task WaitAsync(CancellationToken token)
    {
        Waiting++;
        try
        {
            await _go.Task.WaitAsync(token);
        }
        finally
        {
            Waiting--;
        }
    }

    public void Release()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        _go.TrySetResult();
    }
}

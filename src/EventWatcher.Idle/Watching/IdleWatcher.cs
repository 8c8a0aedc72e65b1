using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EventWatcher.Idle;

/// <summary>The life of one container: puts it to sleep when nobody uses it, and wakes it when somebody wants to.</summary>
/// <remarks>
/// <para>
/// Got from an <see cref="IdleManager"/>. Whoever uses the container takes a lease before the first byte and disposes it
/// after the last: <see cref="TryAcquire"/> where it is ready, without a lock or an allocation;
/// <see cref="AcquireAsync"/> or <see cref="AdmitAsync"/> where it may have to be woken.
/// </para>
/// <para>
/// Thread-safe. What happens to the container is handled one thing at a time by <see cref="LifecycleTable"/>; a wake is
/// shared by all who wait for it, and goes on when one of them goes away.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Its token sources have neither timer nor wait handle: they hold nothing, and late cancellations must find them.")]
public sealed partial class IdleWatcher : ITimed
{
    /// <summary>How much longer than the engine's own deadline a stop is waited for, so that the engine kills before we give up.</summary>
    internal static readonly TimeSpan StopSlack = TimeSpan.FromSeconds(15);

    private readonly WatcherServices _services;
    private readonly IdleClock _clock;
    private readonly WaitingRoom _room;
    private readonly WakeTimes _wakeTimes = new();

    // The work of the watcher that had this container before, where it was managed anew in the middle of something.
    private readonly Task _before;

    private volatile LeaseGate _gate;
    private volatile IdleContainerOptions _options;
    private volatile string? _id;
    private volatile int _generation;
    private volatile WakeEventLog? _wakeEvents;
    private volatile ConcurrentDictionary<int, EndPoint>? _addresses;
    private long _readyAt;
    private long _touchedUntil = long.MinValue;

    internal IdleWatcher(string name, IdleContainerOptions options, WatcherServices services, ContainerId? id = null, Task? before = null)
    {
        Name = name;
        _before = before ?? Task.CompletedTask;
        _options = options;
        _services = services;
        _clock = services.Clock;
        _room = new WaitingRoom(services.Budget);
        _gate = new LeaseGate(_clock);
        _id = id?.Value;
        _since = _graceFrom = _clock.Now;
    }

    /// <summary>Gets the name under which the container is managed.</summary>
    public string Name { get; }

    /// <summary>Gets the container's id; the default value while it is not known, or there is none.</summary>
    public ContainerId Id => _id is { } id ? new ContainerId(id) : default;

    /// <summary>Gets the state. It may be another one by the time it is looked at: only a lease keeps it <see cref="IdleState.Ready"/>.</summary>
    public IdleState State => PublicOf(_state);

    /// <summary>
    /// Gets a number that grows each time the container has become ready: connections from before belong to another life of it,
    /// and are not to be used again.
    /// </summary>
    public int Generation => _generation;

    /// <summary>Gets the wake events: the latest ones, and those to come.</summary>
    public WakeEventLog WakeEvents
    {
        get
        {
            if (_wakeEvents is { } known)
            {
                return known;
            }

            var log = new WakeEventLog(_clock.Provider.GetUtcNow());
            log = Interlocked.CompareExchange(ref _wakeEvents, log, comparand: null) ?? log;
            if (_state is LifecycleState.Disposed)
            {
                log.End();
            }

            return log;
        }
    }

    /// <summary>Gets how long a wake is expected to take, by the latest ones; zero where there was none.</summary>
    public TimeSpan ExpectedWakeTime => _wakeTimes.Expected;

    /// <summary>Gets a copy of what the container is managed by.</summary>
    public IdleContainerOptions Options => _options.Copy();

    /// <summary>Gets what the container is managed by, for readers that change nothing.</summary>
    internal IdleContainerOptions CurrentOptions => _options;

    internal LifecycleState LifecycleState => _state;

    internal LeaseGate Gate => _gate;

    /// <summary>Returns how the container is doing.</summary>
    /// <returns>The snapshot; taken without stopping anything, so that two of its figures may be of different moments.</returns>
    public IdleSnapshot Snapshot()
    {
        var state = State;
        var leases = _gate.Count;
        var nextSleep = state == IdleState.Ready && leases == 0 && IdleDue() is var due and not IdleClock.Never ? due : (long?)null;
        return new IdleSnapshot
        {
            Name = Name,
            State = state,
            Detail = _detail,
            Since = _clock.ToUtc(Volatile.Read(ref _since)),
            Uptime = state == IdleState.Ready ? _clock.Since(Volatile.Read(ref _readyAt)) : null,
            Latency = Volatile.Read(ref _latencyTicks) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null,
            Tries = Volatile.Read(ref _tries),
            NextSleep = nextSleep is { } next ? _clock.ToUtc(next) : null,
            Leases = leases,
            Waiting = _room.Count,
            Dependents = Volatile.Read(ref _dependents),
            ExpectedWake = ExpectedWakeTime is var expected && expected > TimeSpan.Zero ? expected : null,
        };
    }

    /// <summary>Returns the name and the state.</summary>
    /// <returns>Such as <c>app (Ready)</c>.</returns>
    public override string ToString() => $"{Name} ({State})";

    private static IdleState PublicOf(LifecycleState state) => state switch
    {
        LifecycleState.Waking => IdleState.Waking,
        LifecycleState.Starting or LifecycleState.Checking => IdleState.Starting,
        LifecycleState.Ready => IdleState.Ready,
        LifecycleState.Ending or LifecycleState.Stopping => IdleState.Stopping,
        LifecycleState.Error or LifecycleState.Failed or LifecycleState.GivingUp => IdleState.Error,
        _ => IdleState.Napping,
    };
}

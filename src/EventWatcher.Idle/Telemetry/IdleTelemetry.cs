using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventWatcher.Idle;

/// <summary>The meter and the activity source of this package.</summary>
internal static class IdleTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "EventWatcher.Idle";

    private const string ReasonTag = "eventwatcher.reason";
    private const string PhaseTag = "eventwatcher.phase";

    private static readonly ConcurrentDictionary<IdleManager, byte> Managers = new();

    private static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Wakes =
        Meter.CreateCounter<long>("eventwatcher.idle.wake.start", "{wake}", "Wakes that began.");

    private static readonly Counter<long> WakeFailures =
        Meter.CreateCounter<long>("eventwatcher.idle.wake.fail", "{wake}", "Wakes that failed, by reason.");

    private static readonly Counter<long> Sleeps =
        Meter.CreateCounter<long>("eventwatcher.idle.sleep", "{sleep}", "Containers put to sleep.");

    private static readonly Counter<long> StopFailures =
        Meter.CreateCounter<long>("eventwatcher.idle.stop.fail", "{stop}", "Stops that failed and are tried again.");

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("eventwatcher.idle.lease.refuse", "{lease}", "Leases that were asked for and not given, by reason.");

    private static readonly UpDownCounter<long> Waiting =
        Meter.CreateUpDownCounter<long>("eventwatcher.idle.lease.wait", "{lease}", "Leases that are waited for now.");

    private static readonly Histogram<double> PhaseDurations =
        Meter.CreateHistogram<double>("eventwatcher.idle.wake.duration", "s", "How long wakes took, in all and by phase.");

    private static readonly Histogram<double> SleepDurations =
        Meter.CreateHistogram<double>("eventwatcher.idle.sleep.duration", "s", "How long containers slept.");

    // Asked of the managers when somebody wants to know, so that a lease costs nothing.
    private static readonly ObservableUpDownCounter<long> Leases =
        Meter.CreateObservableUpDownCounter("eventwatcher.idle.lease.hold", static () => Managers.Keys.Sum(static manager => manager.CountLeases()), "{lease}", "Leases that are held now.");

    /// <summary>Counts what a manager has from now on.</summary>
    public static void Observe(IdleManager manager)
    {
        Managers.TryAdd(manager, 0);
        Debug.Assert(Leases.IsObservable, "It is asked, and not told.");
    }

    public static void Forget(IdleManager manager) => Managers.TryRemove(manager, out _);

    public static Activity? StartWake(string container) => Activities.StartActivity("wake")?.SetTag("eventwatcher.container", container);

    public static Activity? StartPhase(string phase, ActivityContext parent) =>
        parent != default ? Activities.StartActivity(phase, ActivityKind.Internal, parent) : null;

    public static void WakeBegan() => Wakes.Add(1);

    public static void WakeEnded(TimeSpan duration) => PhaseTook("total", duration);

    public static void PhaseTook(string phase, TimeSpan duration) =>
        PhaseDurations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(PhaseTag, phase));

    public static void WakeFailed(IdleRefusalReason reason) => WakeFailures.Add(1, Reason(reason));

    public static void Slept() => Sleeps.Add(1);

    public static void SleepEnded(TimeSpan duration) => SleepDurations.Record(duration.TotalSeconds);

    public static void StopFailed() => StopFailures.Add(1);

    public static void Refused(IdleRefusalReason reason) => Refusals.Add(1, Reason(reason));

    public static void WaitingBegan() => Waiting.Add(1);

    public static void WaitingEnded() => Waiting.Add(-1);

    private static KeyValuePair<string, object?> Reason(IdleRefusalReason reason) => new(ReasonTag, reason switch
    {
        IdleRefusalReason.StartFailed => "start_failed",
        IdleRefusalReason.DependencyFailed => "dependency_failed",
        IdleRefusalReason.NotFound => "not_found",
        IdleRefusalReason.EndedEarly => "ended_early",
        IdleRefusalReason.NotReadyInTime => "not_ready_in_time",
        IdleRefusalReason.TooManyWaiting => "too_many_waiting",
        _ => "shutting_down",
    });
}

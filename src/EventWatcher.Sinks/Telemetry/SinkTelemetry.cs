using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace EventWatcher.Sinks;

/// <summary>The meter and the activity source of this package.</summary>
internal static class SinkTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "EventWatcher.Sinks";

    private const string SinkTag = "eventwatcher.sink";

    private static readonly Meter Meter = new(Name);

    private static readonly ActivitySource Activities = new(Name);

    private static readonly Counter<long> DroppedItems =
        Meter.CreateCounter<long>("eventwatcher.sink.item.drop", "{event}", "Accepted items that were not delivered, by sink and reason.");

    private static readonly Counter<long> Retries =
        Meter.CreateCounter<long>("eventwatcher.sink.write.retry", "{attempt}", "Attempts that failed and were followed by another.");

    private static readonly Counter<long> ChildFailures =
        Meter.CreateCounter<long>("eventwatcher.sink.child.fail", "{attempt}", "Writes to a child of a broadcaster that failed.");

    // Held weakly: a queue that is forgotten instead of closed is no longer measured, and not kept alive.
    private static readonly ConditionalWeakTable<IHasDepth, object> Queues = [];

    static SinkTelemetry() => Meter.CreateObservableUpDownCounter(
        "eventwatcher.sink.queue.depth",
        static () => Queues.Select(static pair => new Measurement<int>(pair.Key.Depth, new KeyValuePair<string, object?>(SinkTag, pair.Key.Name))),
        "{event}",
        "Items that wait in queues and batches.");

    /// <summary>One more attempt of a write.</summary>
    public static Activity? StartRetry(string sink, long attempt)
    {
        var activity = Activities.StartActivity("retry");
        activity?.SetTag(SinkTag, sink).SetTag("eventwatcher.attempt", attempt);
        return activity;
    }

    public static void Add(IHasDepth queue) => Queues.TryAdd(queue, queue.Name);

    public static void Remove(IHasDepth queue) => Queues.Remove(queue);

    public static void Dropped(string sink, DropReason reason, long count = 1) => DroppedItems.Add(
        count,
        new KeyValuePair<string, object?>(SinkTag, sink),
        new KeyValuePair<string, object?>("eventwatcher.reason", ReasonName(reason)));

    public static void Retried(string sink) => Retries.Add(1, new KeyValuePair<string, object?>(SinkTag, sink));

    public static void ChildFailed(string sink) => ChildFailures.Add(1, new KeyValuePair<string, object?>(SinkTag, sink));

    private static string ReasonName(DropReason reason) => reason switch
    {
        DropReason.Overflow => "overflow",
        DropReason.TargetFailed => "target-failed",
        DropReason.TargetClosed => "target-closed",
        _ => "closed",
    };
}

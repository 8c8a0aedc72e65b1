using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventWatcher;

/// <summary>The meter and the activity source of this package.</summary>
internal sealed class CoreTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "EventWatcher.Core";

    private const string TypeTag = "eventwatcher.type";
    private const string QueueTag = "eventwatcher.queue";
    private const string PlaceTag = "eventwatcher.place";
    private const string OutcomeTag = "eventwatcher.outcome";

    private static readonly ActivitySource Activities = new(Name);

    // Queues that run now; the depth is asked of them, so that a queue that has ended leaves nothing behind.
    private readonly ConcurrentDictionary<EventQueue, byte> _queues = new();
    private readonly Counter<long> _flushed;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _flushDuration;

    public CoreTelemetry(IMeterFactory? meterFactory = null)
    {
#pragma warning disable CA2000 // The factory owns its meter; the meter without factory lives as long as the process.
        var meter = meterFactory?.Create(Name) ?? new Meter(Name);
#pragma warning restore CA2000
        _flushed = meter.CreateCounter<long>("eventwatcher.event.flush", "{event}", "Events handed to a queue's handler.");
        _dropped = meter.CreateCounter<long>("eventwatcher.event.drop", "{event}", "Events coalesced or dropped because a consumer was slow.");
        _errors = meter.CreateCounter<long>("eventwatcher.error.report", "{error}", "Errors that watchers reported.");
        _flushDuration = meter.CreateHistogram<double>("eventwatcher.flush.duration", "s", "How long a queue's handler took for a batch.");
        meter.CreateObservableUpDownCounter("eventwatcher.queue.depth", ObserveDepth, "{event}", "Events that wait in a queue.");
    }

    /// <summary>Gets the instance for whoever has no meter factory.</summary>
    public static CoreTelemetry Default { get; } = new();

    public static Activity? StartFlush(string queue, int count)
    {
        var activity = Activities.StartActivity("flush");
        activity?.SetTag(QueueTag, queue).SetTag("eventwatcher.batch.size", count);
        return activity;
    }

    public void Add(EventQueue queue) => _queues.TryAdd(queue, 0);

    public void Remove(EventQueue queue) => _queues.TryRemove(queue, out _);

    public void BatchFlushed(string queue, int count, TimeSpan duration, bool succeeded)
    {
        _flushed.Add(count, new KeyValuePair<string, object?>(QueueTag, queue));
        _flushDuration.Record(
            duration.TotalSeconds,
            new KeyValuePair<string, object?>(QueueTag, queue),
            new KeyValuePair<string, object?>(OutcomeTag, succeeded ? "ok" : "failed"));
    }

    public void EventsDropped(long count, EventType type, string place) => _dropped.Add(
        count,
        new KeyValuePair<string, object?>(TypeTag, type.Value),
        new KeyValuePair<string, object?>(PlaceTag, place));

    public void ErrorReported(EventType type) => _errors.Add(1, new KeyValuePair<string, object?>(TypeTag, type.Value));

    private IEnumerable<Measurement<int>> ObserveDepth() => _queues.Keys.Select(
        static queue => new Measurement<int>(queue.Statistics.Pending, new KeyValuePair<string, object?>(QueueTag, queue.Name)));
}

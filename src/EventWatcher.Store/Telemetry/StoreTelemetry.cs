using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventWatcher.Store;

/// <summary>The meter and the activity source of this package.</summary>
internal static class StoreTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "EventWatcher.Store";

    private const string WatcherTag = "eventwatcher.watcher";
    private const string OutcomeTag = "eventwatcher.outcome";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);

    // Watchers that run now; the lag is asked of them, so that one that has ended leaves nothing behind.
    private static readonly ConcurrentDictionary<StoreWatcher, byte> Watchers = new();

    private static readonly Histogram<double> HandleDuration =
        Meter.CreateHistogram<double>("eventwatcher.store.handle.duration", "s", "How long a watcher's handler took for one call.");

    private static readonly Counter<long> Skips =
        Meter.CreateCounter<long>("eventwatcher.store.event.skip", "{event}", "Events that watchers gave up.");

    private static readonly Counter<long> Misses =
        Meter.CreateCounter<long>("eventwatcher.store.event.miss", "{event}", "Events that were collected before a watcher had read them.");

    private static readonly Counter<long> Checkpoints =
        Meter.CreateCounter<long>("eventwatcher.store.checkpoint.store", "{checkpoint}", "Checkpoints that watchers set.");

    private static readonly Counter<long> FetchFailures =
        Meter.CreateCounter<long>("eventwatcher.store.read.fail", "{attempt}", "Reads of watchers that failed.");

    private static readonly Counter<long> Appends =
        Meter.CreateCounter<long>("eventwatcher.store.event.append", "{event}", "Events that a file store acknowledged.");

    private static readonly Histogram<double> FlushDuration =
        Meter.CreateHistogram<double>("eventwatcher.store.flush.duration", "s", "How long a flush of a file store's log took.");

    private static readonly Counter<long> Collections =
        Meter.CreateCounter<long>("eventwatcher.store.event.collect", "{event}", "Events that a file store collected.");

    static StoreTelemetry() => Meter.CreateObservableUpDownCounter(
        "eventwatcher.store.watcher.lag", ObserveLag, "{event}", "Events that a running watcher is behind.");

    public static bool MeasuresHandling => HandleDuration.Enabled;

    public static Activity? StartHandling(string watcherId, long sequenceNumber)
    {
        var activity = Activities.StartActivity("handle");
        activity?.SetTag(WatcherTag, watcherId).SetTag("eventwatcher.sequence", sequenceNumber);
        return activity;
    }

    public static void Add(StoreWatcher watcher) => Watchers.TryAdd(watcher, 0);

    public static void Remove(StoreWatcher watcher) => Watchers.TryRemove(watcher, out _);

    public static void Handled(string watcherId, TimeSpan duration, bool succeeded) => HandleDuration.Record(
        duration.TotalSeconds,
        new KeyValuePair<string, object?>(WatcherTag, watcherId),
        new KeyValuePair<string, object?>(OutcomeTag, succeeded ? "ok" : "failed"));

    public static void Skipped(string watcherId) => Skips.Add(1, new KeyValuePair<string, object?>(WatcherTag, watcherId));

    public static void Missed(string watcherId, long count) => Misses.Add(count, new KeyValuePair<string, object?>(WatcherTag, watcherId));

    public static void CheckpointStored(string watcherId) => Checkpoints.Add(1, new KeyValuePair<string, object?>(WatcherTag, watcherId));

    public static void FetchFailed(string watcherId) => FetchFailures.Add(1, new KeyValuePair<string, object?>(WatcherTag, watcherId));

    public static void Appended(int count) => Appends.Add(count);

    public static void Flushed(TimeSpan duration) => FlushDuration.Record(duration.TotalSeconds);

    public static void Collected(long count) => Collections.Add(count);

    private static IEnumerable<Measurement<long>> ObserveLag() => Watchers.Keys.Select(
        static watcher => new Measurement<long>(watcher.Statistics.Lag, new KeyValuePair<string, object?>(WatcherTag, watcher.Id)));
}

using System.Diagnostics.Metrics;

namespace EventWatcher.Files;

/// <summary>The meter of this package.</summary>
internal static class FilesTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "EventWatcher.Files";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Signals =
        Meter.CreateCounter<long>("eventwatcher.files.signal.read", "{signal}", "Signs read from the kernel.");

    private static readonly Counter<long> Overflows =
        Meter.CreateCounter<long>("eventwatcher.files.queue.overflow", "{overflow}", "Times that the kernel's or a watcher's queue was full and the disk was compared instead.");

    private static readonly Counter<long> Scans =
        Meter.CreateCounter<long>("eventwatcher.files.directory.scan", "{directory}", "Directories that were listed.");

    private static readonly Counter<long> Events =
        Meter.CreateCounter<long>("eventwatcher.files.event.report", "{event}", "Events reported.");

    private static readonly Counter<long> Unwatched =
        Meter.CreateCounter<long>("eventwatcher.files.watch.refuse", "{directory}", "Directories that the kernel refused to watch and that are polled.");

    public static void SignalRead() => Signals.Add(1);

    public static void QueueOverflowed() => Overflows.Add(1);

    public static void DirectoryScanned() => Scans.Add(1);

    public static void EventReported(EventAction action) =>
        Events.Add(1, new KeyValuePair<string, object?>("eventwatcher.action", action.ToName()));

    public static void WatchRefused() => Unwatched.Add(1);
}

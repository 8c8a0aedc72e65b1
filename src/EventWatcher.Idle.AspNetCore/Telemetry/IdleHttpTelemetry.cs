using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>The meter and the activity source of this package.</summary>
internal static class IdleHttpTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "EventWatcher.Idle.AspNetCore";

    private static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly UpDownCounter<long> Holding =
        Meter.CreateUpDownCounter<long>("eventwatcher.idle.request.hold", "{request}", "Requests that are held now.");

    private static readonly UpDownCounter<long> HoldingBytes =
        Meter.CreateUpDownCounter<long>("eventwatcher.idle.request.hold.size", "By", "Bytes of bodies that the server may keep for held requests now.");

    private static readonly Histogram<double> HoldDurations =
        Meter.CreateHistogram<double>("eventwatcher.idle.request.hold.duration", "s", "How long requests were held.");

    private static readonly Counter<long> ByteRefusals =
        Meter.CreateCounter<long>("eventwatcher.idle.request.refuse", "{request}", "Requests that were refused for the size of what is held already.");

    private static readonly Counter<long> Pages =
        Meter.CreateCounter<long>("eventwatcher.idle.page.serve", "{page}", "Loading pages that were served.");

    private static readonly Counter<long> DormantAnswers =
        Meter.CreateCounter<long>("eventwatcher.idle.request.dormant", "{request}", "Requests that did not wake, and were told so.");

    private static readonly UpDownCounter<long> Readers =
        Meter.CreateUpDownCounter<long>("eventwatcher.idle.progress.read", "{reader}", "Who follows progress now.");

    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("eventwatcher.idle.forward.fail", "{request}", "Requests that could not be forwarded to a container that is awake.");

    private static readonly Counter<long> Repeats =
        Meter.CreateCounter<long>("eventwatcher.idle.forward.repeat", "{request}", "Requests that were sent again in the first seconds of a container.");

    public static Activity? StartHold(string container) => Activities.StartActivity("hold")?.SetTag("eventwatcher.container", container);

    public static void HoldBegan(long bytes)
    {
        Holding.Add(1);
        HoldingBytes.Add(bytes);
    }

    public static void HoldEnded(long bytes, TimeSpan duration)
    {
        Holding.Add(-1);
        HoldingBytes.Add(-bytes);
        HoldDurations.Record(duration.TotalSeconds);
    }

    public static void RefusedForBytes() => ByteRefusals.Add(1);

    public static void PageServed() => Pages.Add(1);

    public static void Dormant() => DormantAnswers.Add(1);

    public static void ReaderCame() => Readers.Add(1);

    public static void ReaderLeft() => Readers.Add(-1);

    public static void ForwardFailed() => Failures.Add(1);

    public static void Repeated() => Repeats.Add(1);
}

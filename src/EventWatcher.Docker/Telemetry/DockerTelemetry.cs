using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventWatcher.Docker;

/// <summary>The meter and the activity source of this package.</summary>
internal static class DockerTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "EventWatcher.Docker";

    private static readonly Meter Meter = new(Name);

    private static readonly ActivitySource Activities = new(Name);

    private static readonly Counter<long> ReceivedEvents =
        Meter.CreateCounter<long>("eventwatcher.docker.event.receive", "{event}", "Container events received and known.");

    private static readonly Counter<long> IgnoredEvents =
        Meter.CreateCounter<long>("eventwatcher.docker.event.ignore", "{event}", "Container events of an action this library does not know.");

    private static readonly Counter<long> RepeatedEvents =
        Meter.CreateCounter<long>("eventwatcher.docker.event.repeat", "{event}", "Events that the engine sent again and that were dropped.");

    private static readonly Counter<long> MalformedEvents =
        Meter.CreateCounter<long>("eventwatcher.docker.event.malformed", "{event}", "Events that could not be read.");

    private static readonly Counter<long> Reloads =
        Meter.CreateCounter<long>("eventwatcher.docker.force_reload.send", "{event}", "Times that something may have been missed.");

    private static readonly Counter<long> Ends =
        Meter.CreateCounter<long>("eventwatcher.docker.stream.end", "{stream}", "Event streams that ended, cleanly or not.");

    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("eventwatcher.docker.connect.fail", "{attempt}", "Tries to open the event stream that failed.");

    private static readonly Counter<long> Audits =
        Meter.CreateCounter<long>("eventwatcher.docker.audit.run", "{audit}", "Comparisons of what was received with the engine's memory.");

    /// <summary>One try to have an event stream that stands.</summary>
    public static Activity? StartConnect(string source)
    {
        var activity = Activities.StartActivity("connect");
        activity?.SetTag("eventwatcher.source", source);
        return activity;
    }

    /// <summary>One action on a container, with all the requests that it takes.</summary>
    public static Activity? StartAction(string action, ContainerId id)
    {
        var activity = Activities.StartActivity(action);
        activity?.SetTag("eventwatcher.container", id.Value);
        return activity;
    }

    public static void Received() => ReceivedEvents.Add(1);

    public static void Ignored() => IgnoredEvents.Add(1);

    public static void Repeated() => RepeatedEvents.Add(1);

    public static void Malformed() => MalformedEvents.Add(1);

    public static void ForceReload() => Reloads.Add(1);

    public static void StreamEnded(bool isClean) => Ends.Add(1, new KeyValuePair<string, object?>("eventwatcher.clean", isClean));

    public static void ConnectFailed() => Failures.Add(1);

    public static void Audited(string outcome) => Audits.Add(1, new KeyValuePair<string, object?>("eventwatcher.outcome", outcome));
}

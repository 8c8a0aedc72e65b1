using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventWatcher.Proxmox;

/// <summary>The meter and the activity source of this package.</summary>
internal static class ProxmoxTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "EventWatcher.Proxmox";

    private static readonly Meter Meter = new(Name);

    private static readonly ActivitySource Activities = new(Name);

    private static readonly Counter<long> Requests =
        Meter.CreateCounter<long>("eventwatcher.proxmox.request.send", "{request}", "Requests to the API.");

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("eventwatcher.proxmox.request.refuse", "{request}", "Requests that were refused for their token or ticket.");

    private static readonly Counter<long> Confirmations =
        Meter.CreateCounter<long>("eventwatcher.proxmox.guest.confirm", "{guest}", "Guests whose exact state was read because of a suspected change.");

    private static readonly Counter<long> Events =
        Meter.CreateCounter<long>("eventwatcher.proxmox.event.send", "{event}", "Events of guests.");

    private static readonly Counter<long> Reloads =
        Meter.CreateCounter<long>("eventwatcher.proxmox.force_reload.send", "{event}", "Times that something may have been missed.");

    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("eventwatcher.proxmox.poll.fail", "{poll}", "Polls that failed.");

    /// <summary>One action on a guest, with all the requests that it takes.</summary>
    public static Activity? StartAction(string action, ContainerId id)
    {
        var activity = Activities.StartActivity(action);
        activity?.SetTag("eventwatcher.container", id.Value);
        return activity;
    }

    /// <summary>The first look at all guests.</summary>
    public static Activity? StartConnect(string source)
    {
        var activity = Activities.StartActivity("connect");
        activity?.SetTag("eventwatcher.source", source);
        return activity;
    }

    public static void Requested() => Requests.Add(1);

    public static void Refused() => Refusals.Add(1);

    public static void Confirmed() => Confirmations.Add(1);

    public static void Sent() => Events.Add(1);

    public static void ForceReload() => Reloads.Add(1);

    public static void PollFailed(string poll) => Failures.Add(1, new KeyValuePair<string, object?>("eventwatcher.poll", poll));
}

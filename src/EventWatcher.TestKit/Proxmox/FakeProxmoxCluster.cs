using System.Globalization;

namespace EventWatcher.TestKit;

/// <summary>The guests and tasks of the fake cluster. Its owner guards it by a lock.</summary>
internal sealed class FakeProxmoxCluster(FakeProxmoxOptions options)
{
    private const int FirstPid = 5_000;
    private const long FirstTick = 187_000;

    private readonly DateTimeOffset _began = options.TimeProvider.GetUtcNow();
    private int _pid = FirstPid;
    private long _ticks = FirstTick;

    public SortedDictionary<int, FakeProxmoxGuest> Guests { get; } = [];

    public List<FakeProxmoxTask> Tasks { get; } = [];

    public Dictionary<string, int> LostNodes { get; } = new(StringComparer.Ordinal);

    public bool IsQuorate { get; set; } = true;

    public DateTimeOffset Now => options.TimeProvider.GetUtcNow();

    public int NextPid() => ++_pid;

    /// <summary>Ends the tasks whose time has come, in the order of their ends.</summary>
    public void Settle()
    {
        while (Tasks.Where(task => task.Effect is not null && task.End <= Now).MinBy(static task => task.End) is { } task)
        {
            var effect = task.Effect!;
            task.Effect = null;
            task.Outcome = effect(task.End);
        }
    }

    public FakeProxmoxTask Begin(string node, string type, string id, string user, TimeSpan duration, Func<DateTimeOffset, string> effect)
    {
        // Of a hundredth of a second each, and no two alike.
        _ticks = Math.Max(_ticks + 1, FirstTick + (long)((Now - _began).TotalMilliseconds / 10));
        var task = new FakeProxmoxTask(node, NextPid(), _ticks, Now, type, id, user, options.ClockOffsets.GetValueOrDefault(node)) { End = Now + duration, Effect = effect };
        Tasks.Add(task);
        Settle();
        return task;
    }

    public FakeProxmoxTask Create(string node, string kind, int vmid, string name, string how, string user)
    {
        var guest = new FakeProxmoxGuest(kind, vmid, name, node);
        return Begin(node, (kind is "lxc" ? "vz" : "qm") + how, Text(vmid), user, TimeSpan.Zero, time =>
        {
            guest.Become("stopped", time);
            return Guests.TryAdd(vmid, guest) ? "OK" : $"CT {vmid} already exists";
        });
    }

    public FakeProxmoxTask Destroy(FakeProxmoxGuest guest, string user) => Begin(
        guest.Node, guest.IsContainer ? "vzdestroy" : "qmdestroy", Text(guest.Vmid), user, TimeSpan.Zero, _ => Guests.Remove(guest.Vmid) ? "OK" : "it is gone");

    /// <summary>What an action does: a worker, or the refusal.</summary>
    public (FakeProxmoxTask? Task, string Refusal) Act(string node, string kind, int vmid, string action, IReadOnlyDictionary<string, string> parameters, string user)
    {
        var prefix = kind is "lxc" ? "vz" : "qm";
        var word = kind is "lxc" ? "CT" : "VM";
        if (!Guests.TryGetValue(vmid, out var guest) || !string.Equals(guest.Kind, kind, StringComparison.Ordinal) || !string.Equals(guest.Node, node, StringComparison.Ordinal))
        {
            var missing = $"Configuration file 'nodes/{node}/{(kind is "lxc" ? "lxc" : "qemu-server")}/{vmid}.conf' does not exist";
            return action is "start" ? (Begin(node, prefix + action, Text(vmid), user, TimeSpan.Zero, _ => missing), "") : (null, missing);
        }

        var isStopped = guest.Status is "stopped";
        if (guest.IsContainer && action is "start" && !isStopped)
        {
            return (null, $"CT {vmid} already running");
        }

        if (isStopped && (action is "suspend" || (guest.IsContainer && action is "stop" or "shutdown" or "reboot") || (!guest.IsContainer && action is "resume" or "reboot")))
        {
            return (null, $"{word} {vmid} not running");
        }

        if (guest.Lock.Length > 0)
        {
            return (Begin(node, prefix + action, Text(vmid), user, TimeSpan.Zero, _ => $"{word} is locked ({guest.Lock})"), "");
        }

        var ending = parameters.TryGetValue("timeout", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromSeconds(60);
        var forces = parameters.TryGetValue("forceStop", out var force) && force is "1";
        var (duration, effect) = action switch
        {
            "start" => (options.TaskDuration, Start(guest)),
            "stop" => (TimeSpan.Zero, Become(guest, "stopped")),
            "shutdown" when guest.IgnoresShutdown && !isStopped => (ending, forces ? Become(guest, "stopped") : static _ => "container did not stop"),
            "shutdown" => (options.TaskDuration, Become(guest, "stopped")),
            "reboot" => (options.TaskDuration, Reboot(guest)),
            "suspend" => (TimeSpan.Zero, Become(guest, guest.IsContainer ? "stopped" : "paused")),
            _ => (guest.IsContainer ? options.TaskDuration : TimeSpan.Zero, guest.IsContainer ? Start(guest) : Become(guest, "running")),
        };
        var type = action is "suspend" && !guest.IsContainer ? "qmpause" : prefix + action;
        return (Begin(node, type, Text(vmid), user, duration, effect), "");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Func<DateTimeOffset, string> Become(FakeProxmoxGuest guest, string status) => time =>
    {
        if (!string.Equals(guest.Status, status, StringComparison.Ordinal))
        {
            guest.Become(status, time);
        }

        return "OK";
    };

    private Func<DateTimeOffset, string> Reboot(FakeProxmoxGuest guest) => time =>
    {
        guest.Become("stopped", time);
        guest.Run(time, NextPid());
        return "OK";
    };

    private Func<DateTimeOffset, string> Start(FakeProxmoxGuest guest) => time =>
    {
        if (guest.StartFailure.Length > 0 && !guest.StartFailure.StartsWith("WARNINGS", StringComparison.Ordinal))
        {
            return guest.StartFailure;
        }

        if (guest.Status is not "stopped")
        {
            return $"{(guest.IsContainer ? "CT" : "VM")} {guest.Vmid} already running";
        }

        guest.Run(time, NextPid());
        return guest.StartFailure.Length > 0 ? guest.StartFailure : "OK";
    };
}

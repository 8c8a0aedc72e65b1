using System.Globalization;
using EventWatcher;

namespace CustomWatcher;

/// <summary>A watcher of one's own: tells when the machine's load average crosses a threshold.</summary>
internal sealed class LoadWatcher(double threshold = 1.0, TimeSpan? every = null) : Watcher(new EventType("load"), new() { Name = "loadavg" })
{
    public static readonly EventAction Busy = EventAction.Custom(0);
    public static readonly EventAction Calm = EventAction.Custom(1);

    protected override async Task WatchAsync(WatchWriter output, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every ?? TimeSpan.FromSeconds(1), TimeProvider);
        var last = EventAction.None;
        do
        {
            var load = (await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0];
            var now = double.Parse(load, CultureInfo.InvariantCulture) >= threshold ? Busy : Calm;
            if (now != last)
            {
                output.Emit(new Event { Type = Type, Action = last = now, ActorName = load });
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}

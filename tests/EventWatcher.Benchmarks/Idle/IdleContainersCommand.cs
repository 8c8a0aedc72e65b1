using System.Diagnostics;
using EventWatcher.Idle;

namespace EventWatcher.Benchmarks;

/// <summary>Thousands of containers managed by one process.</summary>
internal static class IdleContainersCommand
{
    private const double LimitBytes = 64.0 * 1024 * 1024;
    private const double LimitSeconds = 5;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var count = arguments.Number("--containers", 10_000);
        var period = TimeSpan.FromSeconds(arguments.Number("--seconds", 5));
        arguments.RefuseOthers();
        await ManageAsync(10, period: TimeSpan.Zero, table: null);

        var table = new Table($"{Figures.Whole(count)} containers", "measured", "limit", "");
        await ManageAsync(count, period, table);
        await WakeAsync(count, table);
        table.Print();
    }

    private static async Task ManageAsync(int count, TimeSpan period, Table? table)
    {
        var containers = new MemoryContainers(count, ContainerStatus.Running);
        var timers = Timer.ActiveCount;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        await using var manager = new IdleManager(containers);
        manager.Start();
        await manager.Ready;
        while (manager.Watchers.Any(static watcher => watcher.State is not IdleState.Ready))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before);
        var armed = Timer.ActiveCount - timers;
        if (table is null)
        {
            return;
        }

        var idle = await CpuAsync(period, static () => Task.CompletedTask);
        var watchers = manager.Watchers.ToArray();
        var taken = 0L;
        var busy = await CpuAsync(period, async () =>
        {
            // A thousand requests a second, spread over all of them.
            for (var i = 0; i < 10; i++)
            {
                using var lease = await watchers[taken++ % watchers.Length].AcquireAsync();
            }
        });
        Report.Add(
            $"{Figures.Whole(count)} managed containers",
            $"{Figures.Fixed(bytes / 1024 / 1024)} MB, start-up {Seconds(seconds)} s",
            limit: "< 64 MB, < 5 s",
            holds: seconds < LimitSeconds && bytes < LimitBytes);
        table.Add("seconds to start up, all found running", Seconds(seconds), "< 5", Figures.Verdict(seconds < LimitSeconds));
        table.Add("MB", Seconds(bytes / 1024 / 1024), "< 64", Figures.Verdict(bytes < LimitBytes));
        table.Add("timers armed", Figures.Whole(armed), "", "");
        table.Add($"CPU ms in {period.TotalSeconds} s, idle", Figures.Whole(idle), "", "");
        table.Add($"CPU ms in {period.TotalSeconds} s, {Figures.Whole(taken)} requests", Figures.Whole(busy), "", "");
    }

    private static async Task WakeAsync(int requests, Table table)
    {
        var containers = new MemoryContainers(1, ContainerStatus.Stopped);
        await using var manager = new IdleManager(containers, new IdleOptions { MaxWaiting = requests });
        var watcher = manager.GetOrAdd(MemoryContainers.NameOf(0), new IdleContainerOptions { MaxWaiting = requests });
        var clock = Stopwatch.StartNew();
        var waiting = Enumerable.Range(0, requests).Select(_ => watcher.AcquireAsync().AsTask()).ToArray();
        var leases = await Task.WhenAll(waiting);
        table.Add($"ms for {Figures.Whole(requests)} requests at once to one asleep", Figures.Whole(clock.Elapsed.TotalMilliseconds), "", "");
        var isOneStart = containers.Starts == 1 && leases.All(static lease => lease.IsHeld);
        Report.Add($"{Figures.Whole(requests)} requests at once to a sleeping container", $"{Figures.Whole(containers.Starts)} start, all served", limit: "1", holds: isOneStart);
        table.Add("starts", Figures.Whole(containers.Starts), "1", Figures.Verdict(isOneStart));
    }

    private static async Task<double> CpuAsync(TimeSpan period, Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < period)
        {
            await work();
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }

    private static string Seconds(double value) => value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}

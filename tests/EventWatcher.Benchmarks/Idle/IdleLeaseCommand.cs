using System.Diagnostics;
using EventWatcher.Idle;

namespace EventWatcher.Benchmarks;

/// <summary>What a request to a container that is ready pays.</summary>
internal static class IdleLeaseCommand
{
    private const double LimitNanoseconds = 100;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var rounds = arguments.Number("--rounds", 11);
        var leases = arguments.Number("--leases", 5_000_000);
        arguments.RefuseOthers();

        var containers = new MemoryContainers(1, ContainerStatus.Stopped);
        await using var manager = new IdleManager(containers);
        manager.Start();
        var watcher = manager.GetOrAdd(MemoryContainers.NameOf(0));
        await watcher.WakeAsync();

        var table = new Table("taking and releasing a lease", "ns (median)", "limit", "bytes", "limit", "");
        Measure("TryAcquire", table, rounds, leases, () => Take(watcher, leases));
        Measure("AcquireAsync", table, rounds, leases, () => AcquireAsync(watcher, leases).GetAwaiter().GetResult());
        table.Print();
    }

    private static void Measure(string name, Table table, int rounds, int leases, Action run)
    {
        run();
        var times = new List<double>();
        var bytes = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / leases);
            bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / leases;
        }

        times.Sort();
        var median = times[times.Count / 2];
        var holds = median < LimitNanoseconds && bytes < 0.01;
        Report.Add($"a lease of a ready container, taken and released by `{name}`", $"{Figures.Fixed(median)} ns, {Figures.Fixed(bytes, 2)} B", limit: $"< {Figures.Whole(LimitNanoseconds)} ns, 0 B", holds: holds);
        table.Add(name, median.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture), "< 100", bytes.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), "0", Figures.Verdict(holds));
    }

    private static void Take(IdleWatcher watcher, int leases)
    {
        for (var i = 0; i < leases; i++)
        {
            if (watcher.TryAcquire(out var lease))
            {
                lease.Dispose();
            }
        }
    }

    private static async Task AcquireAsync(IdleWatcher watcher, int leases)
    {
        for (var i = 0; i < leases; i++)
        {
            using var lease = await watcher.AcquireAsync();
        }
    }
}

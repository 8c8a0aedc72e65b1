using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime;
using EventWatcher.Proxmox;

namespace EventWatcher.Benchmarks;

/// <summary>What a watcher costs while nothing happens in a large cluster: this process's time, and the cluster's requests.</summary>
internal static class ProxmoxIdleCommand
{
    private const string MeterName = "EventWatcher.Proxmox";
    private const string RequestsName = "eventwatcher.proxmox.request.send";
    private const double MostCpu = 2;
    private const double MostRequests = 3;

    // Of ten seconds: two thousandths.
    private static readonly TimeSpan Negligible = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(CommandArguments arguments)
    {
        var guests = arguments.Number("--guests", 1_000);
        var period = TimeSpan.FromSeconds(arguments.Number("--seconds", 60));
        arguments.RefuseOthers();
        var requests = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name is MeterName && instrument.Name is RequestsName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref requests, count));
        listener.Start();

        await using var server = await ProxmoxServerProcess.StartAsync(guests);
        await WarmUpAsync(server.Options);
        var compiling = JitInfo.GetCompilationTime();
        await using var stream = new ProxmoxWatcher(server.Options).Watch();
        await stream.Ready;
        await Task.Delay(Settling);

        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var compiled = JitInfo.GetCompilationTime();
        var allocated = GC.GetTotalAllocatedBytes();
        var before = Interlocked.Read(ref requests);
        var clock = Stopwatch.StartNew();
        await Task.Delay(period);
        process.Refresh();
        var seconds = clock.Elapsed.TotalSeconds;
        var percent = (process.TotalProcessorTime - cpu).TotalSeconds / seconds * 100;
        var compiledPercent = (JitInfo.GetCompilationTime() - compiled).TotalSeconds / seconds * 100;
        var kilobytes = (GC.GetTotalAllocatedBytes() - allocated) / seconds / 1024;
        var rate = (Interlocked.Read(ref requests) - before) / seconds;
        var events = stream.Events.TryRead(out _) ? 1 : 0;

        var table = new Table($"{Figures.Whole(guests)} guests, {Figures.Whole(seconds)} s", "measured", "limit", "");
        table.Add("% of one core", Figures.Fixed(percent, 2), "< 2", Figures.Verdict(percent < MostCpu));
        table.Add("of it the runtime's compiling", Figures.Fixed(compiledPercent, 2), "", "");
        table.Add("s of compiling before that, once", Figures.Fixed(compiling.TotalSeconds, 2), "", "");
        table.Add("KiB allocated a second", Figures.Whole(kilobytes), "", "");
        table.Add("requests a second", Figures.Fixed(rate, 2), "< 3", Figures.Verdict(rate < MostRequests));
        table.Add("events", Figures.Whole(events), "0", Figures.Verdict(events == 0));
        table.Print();
        Report.Add($"Proxmox VE: {Figures.Whole(guests)} guests in which nothing happens", $"{Figures.Fixed(percent, 2)}% of one core, {Figures.Fixed(rate, 2)} requests/s", limit: "< 2%, < 3", holds: percent < MostCpu && rate < MostRequests);
    }

    // Code is compiled when it is first used, and twice more after thirty uses each: with a poll every three seconds that takes
    // minutes and more time than the polls themselves. So the same polls run as often as is allowed, until next to nothing is compiled any more.
    private static async Task WarmUpAsync(ProxmoxWatcherOptions options)
    {
        options = new ProxmoxWatcherOptions
        {
            Endpoint = options.Endpoint,
            Token = options.Token,
            Fingerprint = options.Fingerprint,
            Cluster = options.Cluster,
            TasksInterval = TimeSpan.FromMilliseconds(100),
            ResourcesInterval = TimeSpan.FromMilliseconds(500),
        };
        await using var stream = new ProxmoxWatcher(options).Watch();
        await stream.Ready;
        var clock = Stopwatch.StartNew();
        TimeSpan compiled;
        do
        {
            compiled = JitInfo.GetCompilationTime();
            await Task.Delay(TimeSpan.FromSeconds(10));
        }
        while (JitInfo.GetCompilationTime() - compiled > Negligible && clock.Elapsed < LongestWarmUp);
    }
}

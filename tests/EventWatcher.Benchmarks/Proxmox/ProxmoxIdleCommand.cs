using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventWatcher.Proxmox;

namespace EventWatcher.Benchmarks;

/// <summary>What a watcher costs while nothing happens in a large cluster: this process's time, and the cluster's requests.</summary>
internal static class ProxmoxIdleCommand
{
    private const string MeterName = "EventWatcher.Proxmox";
    private const string RequestsName = "eventwatcher.proxmox.request.send";
    private const double MostCpu = 2;
    private const double MostRequests = 3;

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
        await using var stream = new ProxmoxWatcher(server.Options).Watch();
        await stream.Ready;

        // The first requests are the runtime's: code that is compiled as it is used.
        await Task.Delay(TimeSpan.FromSeconds(10));
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var before = Interlocked.Read(ref requests);
        var clock = Stopwatch.StartNew();
        await Task.Delay(period);
        process.Refresh();
        var seconds = clock.Elapsed.TotalSeconds;
        var percent = (process.TotalProcessorTime - cpu).TotalSeconds / seconds * 100;
        var rate = (Interlocked.Read(ref requests) - before) / seconds;
        var events = stream.Events.TryRead(out _) ? 1 : 0;

        var table = new Table($"{Figures.Whole(guests)} guests, {Figures.Whole(seconds)} s", "measured", "limit", "");
        table.Add("% of one core", Figures.Fixed(percent, 2), "< 2", Figures.Verdict(percent < MostCpu));
        table.Add("requests a second", Figures.Fixed(rate, 2), "< 3", Figures.Verdict(rate < MostRequests));
        table.Add("events", Figures.Whole(events), "0", Figures.Verdict(events == 0));
        table.Print();
        Report.Add($"Proxmox VE: {Figures.Whole(guests)} guests in which nothing happens", $"{Figures.Fixed(percent, 2)}% of one core, {Figures.Fixed(rate, 2)} requests/s", limit: "< 2%, < 3", holds: percent < MostCpu && rate < MostRequests);
    }
}

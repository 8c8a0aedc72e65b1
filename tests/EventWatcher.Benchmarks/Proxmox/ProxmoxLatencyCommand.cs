using System.Collections.Concurrent;
using System.Diagnostics;
using EventWatcher.Proxmox;
using EventWatcher.TestKit;

namespace EventWatcher.Benchmarks;

/// <summary>A change made by the API, to its event, on a fake cluster whose list of tasks is a second late as the real one's is.</summary>
internal static class ProxmoxLatencyCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(CommandArguments arguments)
    {
        var samples = arguments.Number("--samples", 60);
        arguments.RefuseOthers();
        var table = new Table("ms from a stop by the API to its event", "median", "p90", "most", "limit of the median", "");
        foreach (var (interval, limit) in new[] { (1_000, 2_000), (500, 1_500) })
        {
            var measured = await MeasureAsync(TimeSpan.FromMilliseconds(interval), samples);
            table.Add(
                $"tasks every {Figures.Whole(interval)} ms, {measured.Count} samples",
                Figures.Whole(measured.Median),
                Figures.Whole(measured.Percentile(90)),
                Figures.Whole(measured.Percentile(100)),
                "< " + Figures.Whole(limit),
                Figures.Verdict(measured.Median < limit));
            Report.Add($"Proxmox VE: a stop by the API to its event, tasks every {Figures.Whole(interval)} ms", $"{Figures.Whole(measured.Median)} ms", limit: $"< {Figures.Whole(limit)} ms", holds: measured.Median < limit);
        }

        table.Print();
    }

    private static async Task<Samples> MeasureAsync(TimeSpan interval, int samples)
    {
        await using var server = new FakeProxmox();
        ProxmoxServer.Fill(server, samples * 2);
        var options = new ProxmoxWatcherOptions { Endpoint = server.Endpoint.ToString(), Token = server.Token, Fingerprint = server.Fingerprint, TasksInterval = interval };
        await using var stream = new ProxmoxWatcher(options).Watch();
        await stream.Ready;

        var measured = new Samples(samples);
        var stopped = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var stopping = StopAsync(server, stopped, interval, samples);
        using var deadline = new CancellationTokenSource(Patience + (samples * interval));
        try
        {
            while (measured.Count < samples)
            {
                var item = await stream.Events.ReadAsync(deadline.Token);
                if (item.Action == EventAction.ContainerDie && stopped.TryRemove(item.ActorName, out var began))
                {
                    measured.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new BenchmarkException($"Only {measured.Count} of {samples} events came.");
        }

        await stopping;
        return measured;
    }

    // At no fixed place between two polls.
    private static async Task StopAsync(FakeProxmox server, ConcurrentDictionary<string, long> stopped, TimeSpan interval, int samples)
    {
        var random = new Random(7);
        foreach (var (id, _) in server.Guests.Where(static guest => guest.Value.Status == "running").Take(samples).ToList())
        {
            await Task.Delay(interval * random.NextDouble());
            var vmid = int.Parse(id.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture);
            stopped["guest" + Figures.Plain(vmid)] = Stopwatch.GetTimestamp();
            server.Act(vmid, "stop");
        }
    }
}

using System.Text.Json.Nodes;
using EventWatcher.Docker;
using EventWatcher.IntegrationTests;

namespace EventWatcher.Benchmarks;

/// <summary>A real engine's stamp on an event to onFlush with MaxBatchSize = 1, in turns with a client that only reads lines.</summary>
internal static class EngineToHandlerCommand
{
    private const int Rounds = 10;
    private const int WarmUp = 20;
    private const double LimitMilliseconds = 1;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var endpoint = arguments.Text("--docker");
        var container = arguments.Text("--container");
        var events = Math.Max(Rounds, arguments.Number("--events", 1_000));
        arguments.RefuseOthers();

        await using var engine = await BenchmarkEngine.OpenAsync(endpoint);
        container = container is null
            ? await engine.RunContainerAsync(new ContainerSpec())
            : (await engine.Control.FindAsync(container))?.Id ?? throw new BenchmarkException($"There is no container {container}.");

        using var ofQueue = new Arrivals();
        using var ofLines = new Arrivals();
        for (var round = 0; round < Rounds; round++)
        {
            await MeasureQueueAsync(engine, container, events / Rounds, ofQueue);
            await MeasureLinesAsync(engine, container, events / Rounds, ofLines);
        }

        var table = new Table("ms from timeNano to the handler", "events", "median", "p95", "p99", "limit of the median", "");
        var median = ofQueue.Latencies.Median;
        Add(table, "DockerWatcher, EventQueue, onFlush", ofQueue.Latencies, "< " + Figures.Fixed(LimitMilliseconds, 0), Figures.Verdict(median < LimitMilliseconds));
        Add(table, "lines of the bare stream", ofLines.Latencies, "", "");
        table.Print();
        Report.Add(
            "a real engine's `timeNano` to the handler",
            $"{Figures.Fixed(median, 2)} ms",
            $"lines of the bare stream {Figures.Fixed(ofLines.Latencies.Median, 2)} ms",
            Figures.Ratio(median / ofLines.Latencies.Median),
            $"< {Figures.Fixed(LimitMilliseconds, 0)} ms",
            median < LimitMilliseconds);
        Console.WriteLine($"ratio of medians {Figures.Ratio(median / ofLines.Latencies.Median)}\n");
    }

    private static void Add(Table table, string name, Samples samples, string limit, string verdict) => table.Add(
        name,
        Figures.Whole(samples.Count),
        Figures.Fixed(samples.Median, 3),
        Figures.Fixed(samples.Percentile(95), 3),
        Figures.Fixed(samples.Percentile(99), 3),
        limit,
        verdict);

    private static async Task MeasureQueueAsync(BenchmarkEngine engine, string container, int events, Arrivals arrivals)
    {
        var watcher = new DockerWatcher(new DockerWatcherOptions { Endpoint = engine.Endpoint, Filters = DockerFilters.NameOrId(container) });
        await using var stream = watcher.Watch();
        await using var queue = new EventQueue(new EventQueueOptions { MaxBatchSize = 1 }, batch => arrivals.Add(batch[0].Timestamp));
        queue.Attach(stream);
        queue.Start();
        await stream.Ready.WaitAsync(TimeSpan.FromSeconds(30));
        await SendAsync(engine.Control, container, events, arrivals);
    }

    private static async Task MeasureLinesAsync(BenchmarkEngine engine, string container, int events, Arrivals arrivals)
    {
        var filters = new JsonObject { ["container"] = new JsonArray(container) }.ToJsonString();
        await using var lines = await RawEvents.OpenAsync(engine.Socket, filters, arrivals.Add);

        // The headers come before the engine has really subscribed.
        await Task.Delay(TimeSpan.FromMilliseconds(100));
        await SendAsync(engine.Control, container, events, arrivals);
    }

    // SIGCONT does nothing to a process that runs, and makes an event each time.
    private static async Task SendAsync(EngineControl control, string container, int events, Arrivals arrivals)
    {
        for (var i = -WarmUp; i < events; i++)
        {
            arrivals.IsCounting = i >= 0;
            await control.KillAsync(container, "SIGCONT");
            await arrivals.WaitAsync();
        }
    }
}

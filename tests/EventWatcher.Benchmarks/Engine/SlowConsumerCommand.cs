using System.Diagnostics;
using EventWatcher.Docker;
using EventWatcher.IntegrationTests;

namespace EventWatcher.Benchmarks;

/// <summary>A real engine's other calls (renames, each of which makes an event) while somebody who watches does not keep up.</summary>
internal static class SlowConsumerCommand
{
    /// <summary>More events than the engine buffers for one who does not read: 1,024, and what the socket takes.</summary>
    private const int Filling = 1_100;

    /// <summary>Of the client that does not read: each of its renames takes a tenth of a second.</summary>
    private const int FewRenames = 30;

    /// <summary>The design asks for "not slowed"; this much is between two runs of the same.</summary>
    private const double Noise = 1.25;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static int _names;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var endpoint = arguments.Text("--docker");
        var renames = arguments.Number("--renames", 200);
        arguments.RefuseOthers();

        await using var engine = await BenchmarkEngine.OpenAsync(endpoint);

        // Large events, so that the socket's buffer is full after a few.
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["com.example.long"] = new('x', 8_000) };
        var container = await engine.RunContainerAsync(new ContainerSpec { Labels = labels });
        await RenameAsync(engine, container, Filling, samples: null);

        var nobody = new Samples(renames);
        var reading = new Samples(renames);
        var blocked = new Samples(renames);
        var notReading = new Samples(FewRenames);
        const int Rounds = 4;
        for (var round = 0; round < Rounds; round++)
        {
            await RenameAsync(engine, container, renames / Rounds, nobody);
            await MeasureWatcherAsync(engine, container, renames / Rounds, reading, isBlocked: false);
            await MeasureWatcherAsync(engine, container, renames / Rounds, blocked, isBlocked: true);
        }

        await using (await RawEvents.OpenAsync(engine.Socket, "{}", arrived: null))
        {
            await RenameAsync(engine, container, Filling, samples: null);
            await RenameAsync(engine, container, FewRenames, notReading);
        }

        var table = new Table("ms of one rename", "calls", "median", "p95", "p99", "to nobody watching", "limit", "");
        var ratio = blocked.Median / nobody.Median;
        Add(table, "nobody watches", nobody, nobody, "", "");
        Add(table, "EventQueue, its handler returns", reading, nobody, "", "");
        Add(table, "EventQueue, its handler is blocked", blocked, nobody, "not slowed (<= " + Figures.Ratio(Noise) + ")", Figures.Verdict(ratio <= Noise));
        Add(table, "a client that does not read", notReading, nobody, "", "");
        table.Print();
        Report.Add(
            "an engine's rename while a handler is blocked",
            $"{Figures.Fixed(blocked.Median, 2)} ms",
            $"nobody watches {Figures.Fixed(nobody.Median, 2)} ms, a client that does not read {Figures.Fixed(notReading.Median, 0)} ms",
            Figures.Ratio(ratio) + " nobody watching",
            "<= " + Figures.Ratio(Noise),
            ratio <= Noise);
    }

    private static void Add(Table table, string name, Samples samples, Samples nobody, string limit, string verdict) => table.Add(
        name,
        Figures.Whole(samples.Count),
        Figures.Fixed(samples.Median, 2),
        Figures.Fixed(samples.Percentile(95), 2),
        Figures.Fixed(samples.Percentile(99), 2),
        Figures.Ratio(samples.Median / nobody.Median),
        limit,
        verdict);

    private static async Task MeasureWatcherAsync(BenchmarkEngine engine, string container, int renames, Samples samples, bool isBlocked)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var toldOfLoss = new TaskCompletionSource<Event>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!isBlocked)
        {
            released.SetResult();
        }

        await using var stream = new DockerWatcher(new DockerWatcherOptions { Endpoint = engine.Endpoint }).Watch();
        await using var queue = new EventQueue(
            new EventQueueOptions { MaxBatchSize = 10, Capacity = 10 },
            async (IReadOnlyList<Event> batch, CancellationToken _) =>
            {
                await released.Task;
                if (batch.FirstOrDefault(item => item.Action.IsForceReload) is { } reload)
                {
                    toldOfLoss.TrySetResult(reload);
                }
            },
            static (_, _) => ValueTask.CompletedTask);
        queue.Attach(stream);
        queue.Start();
        await stream.Ready.WaitAsync(Patience);

        await RenameAsync(engine, container, Filling, samples: null);
        await RenameAsync(engine, container, renames, samples);
        if (isBlocked)
        {
            released.SetResult();
            _ = await toldOfLoss.Task.WaitAsync(Patience);
        }
    }

    private static async Task RenameAsync(BenchmarkEngine engine, string container, int count, Samples? samples)
    {
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await engine.Control.RenameAsync(container, $"eventwatcher-{engine.Control.Run}-{_names++}");
            samples?.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}

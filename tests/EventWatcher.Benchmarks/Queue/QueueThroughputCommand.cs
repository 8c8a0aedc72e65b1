using System.Diagnostics;

namespace EventWatcher.Benchmarks;

/// <summary>
/// The same as <see cref="QueueThroughput"/> with all four in turns, round by round: on a machine whose speed changes
/// from minute to minute only neighbours can be compared.
/// </summary>
internal static class QueueThroughputCommand
{
    private static readonly string[] Pipelines =
        [nameof(QueueThroughput.BoundedChannel), nameof(QueueThroughput.BatchBlock), nameof(QueueThroughput.RxBuffer), nameof(QueueThroughput.EventQueue)];

    public static async Task RunAsync(CommandArguments arguments)
    {
        var rounds = arguments.Number("--rounds", 21);
        var events = arguments.Number("--events", QueueThroughput.Events);
        arguments.RefuseOthers();

        var table = new Table("M events/s, median of rounds", "producers", "median", "lowest", "highest", "CPU ns/event", "events/batch", "B/event", "to the channel");
        var verdict = ThroughputVerdict.NewTable();
        foreach (var producers in new[] { 1, 4 })
        {
            var results = await MeasureAsync(producers, rounds, events);
            var channel = results[0].Rates.Median;
            foreach (var (pipeline, rates, processor, batches, bytes) in results)
            {
                table.Add(
                    pipeline,
                    Figures.Whole(producers),
                    Figures.Fixed(rates.Median),
                    Figures.Fixed(rates.Percentile(0)),
                    Figures.Fixed(rates.Percentile(100)),
                    Figures.Fixed(processor.Median),
                    Figures.Whole(batches.Median),
                    Figures.Fixed(bytes.Median, 2),
                    Figures.Ratio(rates.Median / channel));
            }

            AddToReport(producers, results);
            ThroughputVerdict.Add(verdict, producers, results[3].Rates.Median, channel, results[1].Rates.Median, results[3].Bytes.Median);
        }

        table.Print();
        verdict.Print();
    }

    private static void AddToReport(int producers, List<(string Pipeline, Samples Rates, Samples Processor, Samples Batches, Samples Bytes)> results)
    {
        static string Of(Samples rates) => Figures.Fixed(rates.Median, 0) + " M/s";

        var (channel, batchBlock, rx, queue) = (results[0].Rates, results[1].Rates, results[2].Rates, results[3].Rates);
        var ratio = queue.Median / Math.Max(channel.Median, batchBlock.Median);
        Report.Add(
            $"events through a queue in batches of 1,000, {producers} producer{(producers == 1 ? "" : "s")}",
            $"{Of(queue)}, {Figures.Fixed(results[3].Bytes.Median, 2)} B each",
            $"bounded channel {Of(channel)}, `BatchBlock` {Of(batchBlock)}, Rx `Buffer` {Of(rx)}",
            $"{Figures.Ratio(ratio)} the best that hops threads",
            $">= 1.00 x, <= {Figures.Fixed(ThroughputVerdict.LimitBytes)} B",
            ratio >= 1 && results[3].Bytes.Median <= ThroughputVerdict.LimitBytes);
    }

    private static async Task<List<(string Pipeline, Samples Rates, Samples Processor, Samples Batches, Samples Bytes)>> MeasureAsync(int producers, int rounds, int events)
    {
        var results = Pipelines.Select(pipeline => (Pipeline: pipeline, Rates: new Samples(rounds), Processor: new Samples(rounds), Batches: new Samples(rounds), Bytes: new Samples(rounds))).ToList();
        var runners = Pipelines.Select(pipeline => QueueThroughput.Create(pipeline, producers)).ToList();
        try
        {
            for (var round = -3; round < rounds; round++)
            {
                for (var i = 0; i < runners.Count; i++)
                {
                    var batches = runners[i].Batches;
                    var before = GC.GetTotalAllocatedBytes(precise: true);
                    var processor = Environment.CpuUsage.TotalTime;
                    var started = Stopwatch.GetTimestamp();
                    runners[i].Run(events);
                    var elapsed = Stopwatch.GetElapsedTime(started);
                    processor = Environment.CpuUsage.TotalTime - processor;
                    var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                    batches = runners[i].Batches - batches;
                    if (round >= 0)
                    {
                        results[i].Rates.Add(events / elapsed.TotalSeconds / 1e6);
                        results[i].Processor.Add(processor.TotalNanoseconds / events);
                        results[i].Batches.Add((double)events / batches);
                        results[i].Bytes.Add((double)allocated / events);
                    }
                }
            }
        }
        finally
        {
            foreach (var runner in runners)
            {
                await runner.DisposeAsync();
            }
        }

        return results;
    }
}

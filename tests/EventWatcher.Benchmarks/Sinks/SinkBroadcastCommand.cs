using System.Diagnostics;
using EventWatcher.Sinks;

namespace EventWatcher.Benchmarks;

/// <summary>One write of a broadcaster to many sinks that do nothing: time and bytes a write, against the limits.</summary>
internal static class SinkBroadcastCommand
{
    private const int SinkWritesARound = 4_000_000;

    private static readonly (int Sinks, double LimitNanoseconds)[] Cases = [(10, 50), (100, 500), (1_000, 5_000), (10_000, 50_000)];

    public static async Task RunAsync(CommandArguments arguments)
    {
        var rounds = arguments.Number("--rounds", 15);
        arguments.RefuseOthers();
        var item = SampleEvents.Create(1)[0];
        var table = new Table("sinks", "ns a write, median", "best", "limit", "B a write", "limit", "");
        foreach (var (sinks, limit) in Cases)
        {
            await using var broadcaster = new Broadcaster<Event>(NoOpSinks.Create(sinks));
            var samples = new Samples(rounds);
            var writes = SinkWritesARound / sinks;

            // Until the last tier of compilation is in.
            for (var i = 0; i < 5; i++)
            {
                Run(broadcaster, item, writes);
                await Task.Delay(TimeSpan.FromMilliseconds(150));
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < rounds; round++)
            {
                samples.Add(Run(broadcaster, item, writes));
            }

            var bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / ((long)rounds * writes);
            Report.Add(
                $"a broadcaster's write to {Figures.Whole(sinks)} sinks",
                $"{Figures.Fixed(samples.Median)} ns, {Figures.Fixed(bytes, 2)} B",
                limit: $"<= {Figures.Whole(limit)} ns, 0 B",
                holds: samples.Median <= limit && bytes < 0.01);
            table.Add(
                Figures.Whole(sinks),
                Figures.Fixed(samples.Median),
                Figures.Fixed(samples.Percentile(0)),
                Figures.Whole(limit),
                Figures.Fixed(bytes, 2),
                "0",
                Figures.Verdict(samples.Median <= limit && bytes < 0.01));
        }

        table.Print();
    }

    private static double Run(Broadcaster<Event> broadcaster, Event item, int writes)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < writes; i++)
        {
            var writing = broadcaster.WriteAsync(item);
            if (!writing.IsCompletedSuccessfully)
            {
                throw new BenchmarkException("A sink that does nothing has not done it.");
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / writes;
    }
}

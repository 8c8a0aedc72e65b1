using BenchmarkDotNet.Reports;

namespace EventWatcher.Benchmarks;

/// <summary>What the throughput figures mean: the queue beside the best bounded peer.</summary>
internal static class ThroughputVerdict
{
    public const double LimitBytes = 8.5;

    public static Table NewTable() =>
        new("producers", "EventQueue M/s", "best of channel, BatchBlock M/s", "ratio", "limit", "", "EventQueue B/event", "limit", "");

    public static void Add(Table table, int producers, double queue, double channel, double batchBlock, double bytes)
    {
        var best = Math.Max(channel, batchBlock);
        table.Add(
            Figures.Whole(producers),
            Figures.Fixed(queue),
            Figures.Fixed(best),
            Figures.Ratio(queue / best),
            ">= 1.00 x",
            Figures.Verdict(queue >= best),
            Figures.Fixed(bytes, 2),
            "<= " + Figures.Fixed(LimitBytes, 2),
            Figures.Verdict(bytes <= LimitBytes));
    }

    /// <summary>After a run of BenchmarkDotNet; says nothing where it did not run all that is compared.</summary>
    public static void Print(IEnumerable<Summary> summaries)
    {
        foreach (var group in summaries.SelectMany(summary => summary.Reports)
            .Where(report => report.BenchmarkCase.Descriptor.Type == typeof(QueueThroughput))
            .GroupBy(report => report.BenchmarkCase.Job.DisplayInfo, StringComparer.Ordinal))
        {
            var table = NewTable();
            var isComplete = false;
            foreach (var row in group.GroupBy(report => (int)report.BenchmarkCase.Parameters[nameof(QueueThroughput.Producers)]))
            {
                var reports = row.ToDictionary(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name, StringComparer.Ordinal);
                var queue = reports.GetValueOrDefault(nameof(QueueThroughput.EventQueue));
                if (EventRateColumn.Value(queue) is { } rate
                    && BytesPerEventColumn.Value(queue) is { } bytes
                    && EventRateColumn.Value(reports.GetValueOrDefault(nameof(QueueThroughput.BoundedChannel))) is { } channel
                    && EventRateColumn.Value(reports.GetValueOrDefault(nameof(QueueThroughput.BatchBlock))) is { } batchBlock)
                {
                    Add(table, row.Key, rate, channel, batchBlock, bytes);
                    isComplete = true;
                }
            }

            if (isComplete)
            {
                table.Print();
            }
        }
    }
}

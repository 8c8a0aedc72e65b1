using System.Diagnostics;
using EventWatcher.Files;

namespace EventWatcher.Benchmarks;

/// <summary>The close of a written file to onFlush with MaxBatchSize = 1, beyond the settle time.</summary>
internal static class FileLatencyCommand
{
    private const int WarmUp = 30;
    private const double Limit = 300;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var samples = arguments.Number("--samples", 300);
        arguments.RefuseOthers();

        using var folder = new BenchmarkFolder();
        var table = new Table("us from close to onFlush, beyond the settle time", "settle time", "median", "p99", "limit of the median", "");
        foreach (var settle in new[] { TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50) })
        {
            var options = new DirectoryWatcherOptions { Path = folder.Path, SettleTime = settle };
            using var arrived = new SemaphoreSlim(0);
            long at = 0;
            await using var queue = new EventQueue(new EventQueueOptions { MaxBatchSize = 1 }, batch =>
            {
                at = Stopwatch.GetTimestamp();
                _ = arrived.Release();
            });
            var stream = new DirectoryWatcher(options).Watch();
            queue.Attach(stream);
            queue.Start();
            await stream.Ready;

            var file = Path.Combine(folder.Path, "file");
            var measured = new Samples(samples);
            for (var i = 0; i < WarmUp + samples; i++)
            {
                await using (var writing = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 0))
                {
                    writing.Write("content of some length"u8);
                }

                var closed = Stopwatch.GetTimestamp();
                await arrived.WaitAsync();
                if (i >= WarmUp)
                {
                    measured.Add(((at - closed) * 1e6 / Stopwatch.Frequency) - settle.TotalMicroseconds);
                }
            }

            Report.Add(
                $"a file's close to the handler, beyond {settle.TotalMilliseconds} ms of settling",
                $"{Figures.Whole(measured.Median)} us",
                limit: $"< {Figures.Whole(Limit)} us",
                holds: measured.Median < Limit);
            table.Add(
                $"{measured.Count} samples",
                $"{settle.TotalMilliseconds} ms",
                Figures.Fixed(measured.Median),
                Figures.Fixed(measured.Percentile(99)),
                "< " + Figures.Whole(Limit),
                Figures.Verdict(measured.Median < Limit));
        }

        table.Print();
    }
}

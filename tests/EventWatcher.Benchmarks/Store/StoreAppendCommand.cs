using System.Diagnostics;
using EventWatcher.Store;

namespace EventWatcher.Benchmarks;

/// <summary>Appends that are on the disk when they are acknowledged, beside what the disk can do, in turns.</summary>
internal static class StoreAppendCommand
{
    private const int PayloadBytes = 256;
    private const int BatchSize = 1_000;
    private const int Writers = 100;

    private static readonly NewEvent Item = NewEvent.FromPayload(StoreOperation.Create, "Item", new byte[PayloadBytes]);

    public static async Task RunAsync(CommandArguments arguments)
    {
        var rounds = arguments.Number("--rounds", 5);
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 2));
        var parent = arguments.Text("--directory");
        arguments.RefuseOthers();

        using var folder = new StoreFolder(parent);
        using var bare = new BareDisk(folder["bare"], PayloadBytes, BareDisk.HotLength);
        using var bareBatch = new BareDisk(folder["bare-batch"], PayloadBytes * BatchSize, new FileEventStoreOptions().SegmentBytes);
        using var hotBatch = new BareDisk(folder["hot-batch"], PayloadBytes * BatchSize, 2 * BareDisk.HotLength);
        var rows = new Row[]
        {
            new("1 writer", 1, bare, OneAsync, 0.8, 0),
            new("100 writers awaiting each", Writers, bare, OneAsync, 0.4 * Writers, 200_000),
            new("batches of 1,000", 1, bareBatch, BatchAsync, 0.5 * BatchSize, 0),
            new("batches of 1,000, beside the same 2 MB again and again", 1, hotBatch, BatchAsync, 0, 0),
        };
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var row in rows)
            {
                await MeasureAsync(folder, row, duration, isCounted: round > 0);
            }
        }

        var table = new Table($"medians of {Figures.Whole(rows[0].Ratio.Count)} turns of 50 ms", "events/s", "bare write and flush/s", "of it", "limit", "");
        foreach (var row in rows)
        {
            var holds = row.Ratio.Median >= row.LeastRatio || (row.LeastRate > 0 && row.Rate.Median >= row.LeastRate);
            var perFlush = row.Bare == bare ? 1 : BatchSize;
            var limit = row.LeastRatio > 0 ? $">= {Figures.Ratio(row.LeastRatio / perFlush)}" + (row.LeastRate > 0 ? $", or {Figures.Whole(row.LeastRate)}/s" : "") : "";
            Report.Add(
                $"durable appends of {PayloadBytes} bytes, {row.Name}",
                $"{Figures.Whole(row.Rate.Median)}/s",
                $"bare write and flush {Figures.Whole(row.Reference.Median * perFlush)}/s",
                Figures.Ratio(row.Ratio.Median / perFlush),
                limit,
                holds);
            table.Add(
                row.Name,
                Figures.Whole(row.Rate.Median),
                Figures.Whole(row.Reference.Median),
                Figures.Ratio(row.Ratio.Median / perFlush),
                limit,
                limit.Length > 0 ? Figures.Verdict(holds) : "");
        }

        table.Print();
    }

    /// <summary>The disk is not the same from one moment to the next: both take many short turns, and each is compared with its neighbour.</summary>
    private static async Task MeasureAsync(StoreFolder folder, Row row, TimeSpan duration, bool isCounted)
    {
        var turn = TimeSpan.FromMilliseconds(50);
        await using (var store = folder.Open("store"))
        {
            for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < duration;)
            {
                var reference = row.Bare.Measure(turn);
                var started = Stopwatch.GetTimestamp();
                var counts = await Task.WhenAll(Enumerable.Range(0, row.Writers).Select(_ => Task.Run(() => row.WriteAsync(store, started, turn))));
                var rate = counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
                if (isCounted)
                {
                    row.Rate.Add(rate);
                    row.Reference.Add(reference);
                    row.Ratio.Add(rate / reference);
                }
            }
        }

        folder.Remove("store");
    }

    private static async Task<long> OneAsync(FileEventStore store, long started, TimeSpan duration)
    {
        var count = 0L;
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            _ = await store.StoreEventAsync(Item);
            count++;
        }

        return count;
    }

    private static async Task<long> BatchAsync(FileEventStore store, long started, TimeSpan duration)
    {
        var batch = Enumerable.Repeat(Item, BatchSize).ToArray();
        var count = 0L;
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            _ = await store.StoreEventsAsync(batch);
            count += BatchSize;
        }

        return count;
    }

    private sealed record Row(
        string Name, int Writers, BareDisk Bare, Func<FileEventStore, long, TimeSpan, Task<long>> WriteAsync, double LeastRatio, double LeastRate)
    {
        public Samples Rate { get; } = new();

        public Samples Reference { get; } = new();

        public Samples Ratio { get; } = new();
    }
}

using System.Diagnostics;
using EventWatcher.Store;

namespace EventWatcher.Benchmarks;

/// <summary>From the call that stores an event to the one that waited for it in the same process, less what the disk's bare write and flush takes.</summary>
internal static class StoreLatencyCommand
{
    private const int WarmUp = 200;
    private const double Limit = 100;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var count = arguments.Number("--samples", 2_000);
        var parent = arguments.Text("--directory");
        arguments.RefuseOthers();

        using var folder = new StoreFolder(parent);
        using var bare = new BareDisk(folder["bare"], 256, BareDisk.HotLength);
        await using var store = folder.Open("store");
        var item = NewEvent.FromPayload(StoreOperation.Create, "Item", new byte[256]);
        var (latency, flush, beyond) = (new Samples(count), new Samples(count), new Samples(count));
        using var handled = new SemaphoreSlim(0);
        long handledAt = 0;
        var reading = Task.Run(async () =>
        {
            var iterator = EventIterator.TrimHorizon;
            for (var seen = 0; seen < WarmUp + count;)
            {
                var response = await store.GetEventsAsync(new GetEventsRequest { Iterator = iterator });
                iterator = response.NextIterator;
                if (response.Events.Count > 0)
                {
                    handledAt = Stopwatch.GetTimestamp();
                    seen += response.Events.Count;
                    _ = handled.Release();
                }
            }
        });

        for (var i = 0; i < WarmUp + count; i++)
        {
            // In turns, so that a disk that changes its mind does so for both.
            var flushing = Stopwatch.GetTimestamp();
            bare.WriteAndFlush();
            var flushed = Stopwatch.GetTimestamp();
            var stored = store.StoreEventAsync(item).AsTask();
            await handled.WaitAsync();
            _ = await stored;
            if (i >= WarmUp)
            {
                flush.AddTicks(flushed - flushing);
                latency.AddTicks(handledAt - flushed);
                beyond.AddTicks(handledAt - flushed - (flushed - flushing));
            }
        }

        await reading;
        var table = new Table("us from the call to the handler", "median", "p99");
        table.Add("bare write and flush", Figures.Fixed(flush.Median), Figures.Fixed(flush.Percentile(99)));
        table.Add("stored to handler", Figures.Fixed(latency.Median), Figures.Fixed(latency.Percentile(99)));
        table.Add("beyond the flush", Figures.Fixed(beyond.Median), Figures.Fixed(beyond.Percentile(99)));
        table.Print();
        Report.Add("stored to the handler, same process, beyond the flush", $"{Figures.Fixed(beyond.Median)} us", limit: $"< {Figures.Whole(Limit)} us", holds: beyond.Median < Limit);
        Console.WriteLine($"limit of the median beyond the flush {Figures.Whole(Limit)} us: {Figures.Verdict(beyond.Median < Limit)}");
    }
}

using System.Diagnostics;
using EventWatcher.Store;

namespace EventWatcher.Benchmarks;

/// <summary>A log read from its beginning to its end, from the system's file cache, without decoding.</summary>
internal static class StoreReadCommand
{
    private const double Least = 3_000_000;
    private const int Limit = 1_000;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var rounds = arguments.Number("--rounds", 7);
        var events = arguments.Number("--events", 1_000_000);
        var parent = arguments.Text("--directory");
        arguments.RefuseOthers();

        using var folder = new StoreFolder(parent);
        var table = new Table($"{Figures.Whole(events)} events of 256 bytes, {rounds} rounds", "events/s, median", "worst", "at least", "");
        foreach (var (name, groupSize) in new[] { ("one event a frame", 1), ("100 events a frame", 100), ("1,000 events a frame", 1_000) })
        {
            await FillAsync(folder, name, events, groupSize);
            await using var store = folder.Open(name, EventStoreDurability.OperatingSystem, cacheBytes: 0);
            var rates = new Samples(rounds);
            for (var round = 0; round <= rounds; round++)
            {
                var rate = await ReadAsync(store, events);
                if (round > 0)
                {
                    rates.Add(rate);
                }
            }

            Report.Add($"reading the log, warm, undecoded, {name}", $"{Figures.Whole(rates.Median)}/s", limit: $">= {Figures.Whole(Least)}/s", holds: rates.Median >= Least);
            table.Add(name, Figures.Whole(rates.Median), Figures.Whole(rates.Percentile(0)), Figures.Whole(Least), Figures.Verdict(rates.Median >= Least));
        }

        table.Print();
    }

    private static async Task FillAsync(StoreFolder folder, string name, int events, int groupSize)
    {
        await using var store = folder.Open(name, EventStoreDurability.OperatingSystem);
        var batch = Enumerable.Repeat(NewEvent.FromPayload(StoreOperation.Create, "Item", new byte[256]), groupSize).ToArray();
        for (var i = 0; i < events; i += groupSize)
        {
            _ = await store.StoreEventsAsync(batch);
        }
    }

    private static async Task<double> ReadAsync(FileEventStore store, int events)
    {
        var started = Stopwatch.GetTimestamp();
        var iterator = EventIterator.TrimHorizon;
        var count = 0;
        while (count < events)
        {
            var response = await store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, Limit = Limit });
            if (response.Events.Count == 0)
            {
                throw new BenchmarkException($"{count} of {events} events were there.");
            }

            count += response.Events.Count;
            iterator = response.NextIterator;
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}

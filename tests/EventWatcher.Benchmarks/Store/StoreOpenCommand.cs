using System.Diagnostics;
using EventWatcher.Store;

namespace EventWatcher.Benchmarks;

/// <summary>How long it takes to open a large log whose process was killed while it wrote.</summary>
internal static class StoreOpenCommand
{
    public const string WriterName = "store-open-writer";
    private const double Limit = 1_000;
    private const int BatchSize = 1_000;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var rounds = arguments.Number("--rounds", 5);
        var events = arguments.Number("--events", 10_000_000);
        var parent = arguments.Text("--directory");
        arguments.RefuseOthers();

        using var folder = new StoreFolder(parent);
        var times = new Samples(rounds);
        var tails = 0;
        long latest = 0;
        for (var round = 0; round < rounds; round++)
        {
            // Filled once; killed in the middle of a write each time.
            await WriteAndKillAsync(folder["store"], round == 0 ? events : 50_000);
            var started = Stopwatch.GetTimestamp();
            await using var store = folder.Open("store");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            tails += store.Recovery.TailCuts.Count;
            latest = await store.GetLatestSequenceNumberAsync();
        }

        Report.Add($"opening {Figures.Whole(latest)} events after kill -9", $"{Figures.Whole(times.Median)} ms", limit: $"< {Figures.Whole(Limit)} ms", holds: times.Percentile(100) < Limit);
        var table = new Table($"ms to open {Figures.Whole(latest)} events of 256 bytes after kill -9, {rounds} rounds", "median", "worst", "torn tails", "limit", "");
        table.Add(
            "open", Figures.Fixed(times.Median), Figures.Fixed(times.Percentile(100)), Figures.Whole(tails), "< " + Figures.Whole(Limit), Figures.Verdict(times.Percentile(100) < Limit));
        table.Print();
    }

    /// <summary>Writes until it is killed; says when so many events are there.</summary>
    public static async Task WriteAsync(CommandArguments arguments)
    {
        var path = arguments.Text("--directory") ?? throw new UsageException("--directory is missing.");
        var events = arguments.Number("--events", 1);
        await using var store = FileEventStore.Open(new FileEventStoreOptions { Path = path, Durability = EventStoreDurability.OperatingSystem });
        var item = NewEvent.FromPayload(StoreOperation.Create, "Item", new byte[256]);
        var batch = Enumerable.Repeat(item, BatchSize).ToArray();
        for (var i = 0; i < events; i += BatchSize)
        {
            _ = await store.StoreEventsAsync(batch);
        }

        Console.WriteLine("written");
        while (true)
        {
            _ = await store.StoreEventAsync(item);
        }
    }

    private static async Task WriteAndKillAsync(string directory, int events)
    {
        using var writer = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { WriterName, "--directory", directory, "--events", Figures.Plain(events) },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        }) ?? throw new BenchmarkException("The writing process could not be started.");
        var said = await writer.StandardOutput.ReadLineAsync();
        writer.Kill();
        await writer.WaitForExitAsync();
        if (said != "written")
        {
            throw new BenchmarkException($"The writing process said {said ?? "nothing"}.");
        }
    }
}

using System.Diagnostics;

namespace EventWatcher.Benchmarks;

/// <summary>From the bytes of a loopback connection to decoded events, in turns with the peers.</summary>
internal static class EventDecodingCommand
{
    private const double LimitRate = 1_000_000;
    private const double LimitBytes = 1_000;

    // The slow ones need not read as many to be measured.
    private static readonly (string Name, int Share, Func<int, int, Task> ReadAsync)[] Readers =
    [
        ("DockerEngine", 1, EventReaders.ReadWithEngineAsync),
        ("JsonDocument a line", 4, EventReaders.ReadWithJsonDocumentAsync),
        ("Newtonsoft.Json a line", 10, EventReaders.ReadWithNewtonsoftAsync),
        ("lines, not decoded", 1, EventReaders.ReadOnlyLinesAsync),
    ];

    public static async Task RunAsync(CommandArguments arguments)
    {
        var rounds = arguments.Number("--rounds", 5);
        var events = arguments.Number("--events", 2_000_000);
        arguments.RefuseOthers();

        foreach (var isChunkAnEvent in new[] { true, false })
        {
            await using var server = await EventServerProcess.StartAsync(isChunkAnEvent);
            var rates = Readers.Select(_ => new Samples(rounds)).ToArray();
            var processors = Readers.Select(_ => new Samples(rounds)).ToArray();
            var bytes = Readers.Select(_ => new Samples(rounds)).ToArray();
            for (var round = -1; round < rounds; round++)
            {
                for (var i = 0; i < Readers.Length; i++)
                {
                    var count = Math.Max(1, events / Readers[i].Share);
                    var before = GC.GetTotalAllocatedBytes(precise: true);
                    var processor = Environment.CpuUsage.TotalTime;
                    var started = Stopwatch.GetTimestamp();
                    await Readers[i].ReadAsync(server.Port, count);
                    var elapsed = Stopwatch.GetElapsedTime(started);
                    processor = Environment.CpuUsage.TotalTime - processor;
                    var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                    if (round >= 0)
                    {
                        rates[i].Add(count / elapsed.TotalSeconds);
                        processors[i].Add(processor.TotalNanoseconds / count);
                        bytes[i].Add((double)allocated / count);
                    }
                }
            }

            Print(isChunkAnEvent, rates, processors, bytes);
        }
    }

    private static void Print(bool isChunkAnEvent, Samples[] rates, Samples[] processors, Samples[] bytes)
    {
        var table = new Table(isChunkAnEvent ? "a chunk an event, as the engine sends" : "chunks of 64 KiB", "events/s", "limit", "B/event", "limit", "CPU ns/event", "DockerEngine is", "");
        for (var i = 0; i < Readers.Length; i++)
        {
            var isOurs = i == 0;
            table.Add(
                Readers[i].Name,
                Figures.Whole(rates[i].Median),
                isOurs ? ">= " + Figures.Whole(LimitRate) : "",
                Figures.Whole(bytes[i].Median),
                isOurs ? "< " + Figures.Whole(LimitBytes) : "",
                Figures.Whole(processors[i].Median),
                isOurs ? "" : Figures.Ratio(rates[0].Median / rates[i].Median),
                isOurs ? Figures.Verdict(rates[i].Median >= LimitRate && bytes[i].Median < LimitBytes) : "");
        }

        table.Print();
        Report.Add(
            $"decoding the engine's stream, {(isChunkAnEvent ? "a chunk an event" : "in chunks of 64 KiB")}",
            $"{Figures.Whole(rates[0].Median)}/s, {Figures.Whole(bytes[0].Median)} B each",
            $"`JsonDocument` {Figures.Whole(rates[1].Median)}/s, {Figures.Whole(bytes[1].Median)} B; Newtonsoft.Json {Figures.Whole(rates[2].Median)}/s, {Figures.Whole(bytes[2].Median)} B",
            Figures.Ratio(rates[0].Median / rates[1].Median),
            $">= {Figures.Whole(LimitRate)}/s, < {Figures.Whole(LimitBytes)} B",
            rates[0].Median >= LimitRate && bytes[0].Median < LimitBytes);
    }
}

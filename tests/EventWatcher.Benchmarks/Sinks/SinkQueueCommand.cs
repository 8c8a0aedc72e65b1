using System.Diagnostics;
using System.Threading.Channels;
using EventWatcher.Sinks;

namespace EventWatcher.Benchmarks;

/// <summary>Items through a queue sink to a sink that counts, beside a bare bounded channel, in turns.</summary>
internal static class SinkQueueCommand
{
    private const int Capacity = 10_000;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var rounds = arguments.Number("--rounds", 11);
        var items = arguments.Number("--items", 1_000_000);
        arguments.RefuseOthers();
        var table = new Table("", "writers", "M items/s, median", "B an item", "of the channel");
        foreach (var writers in new[] { 1, 4 })
        {
            var (queue, channel) = (new Samples(rounds), new Samples(rounds));
            var (queueBytes, channelBytes) = (new Samples(rounds), new Samples(rounds));
            for (var round = 0; round <= rounds; round++)
            {
                var (queueRate, queueAllocated) = await MeasureAsync(() => QueueAsync(writers, items), items);
                var (channelRate, channelAllocated) = await MeasureAsync(() => ChannelAsync(writers, items), items);
                if (round > 0)
                {
                    queue.Add(queueRate);
                    queueBytes.Add(queueAllocated);
                    channel.Add(channelRate);
                    channelBytes.Add(channelAllocated);
                }
            }

            Report.Add(
                $"items through a queue sink, {writers} writer{(writers == 1 ? "" : "s")}",
                $"{Figures.Fixed(queue.Median)} M/s, {Figures.Whole(queueBytes.Median)} B each",
                $"bounded channel {Figures.Fixed(channel.Median)} M/s",
                Figures.Ratio(queue.Median / channel.Median));
            table.Add("QueueSink", Figures.Whole(writers), Figures.Fixed(queue.Median), Figures.Fixed(queueBytes.Median, 2), Figures.Ratio(queue.Median / channel.Median));
            table.Add("bounded channel", Figures.Whole(writers), Figures.Fixed(channel.Median), Figures.Fixed(channelBytes.Median, 2), Figures.Ratio(1));
        }

        table.Print();
    }

    private static async Task<(double Rate, double Bytes)> MeasureAsync(Func<Task> run, int items)
    {
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        await run();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (items / seconds / 1e6, (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / items);
    }

    private static async Task QueueAsync(int writers, int items)
    {
        var target = new CountingSink();
        await using var queue = new QueueSink<Event>(target, new QueueSinkOptions<Event> { Capacity = Capacity });
        await WriteAllAsync(writers, items, item => queue.WriteAsync(item));
        if (await queue.CloseAsync() != 0 || target.Count != items)
        {
            throw new BenchmarkException($"{target.Count} of {items} items came through the queue.");
        }
    }

    private static async Task ChannelAsync(int writers, int items)
    {
        var target = new CountingSink();
        var channel = Channel.CreateBounded<Event>(new BoundedChannelOptions(Capacity) { SingleReader = true });
        var reading = Task.Run(async () =>
        {
            await foreach (var item in channel.Reader.ReadAllAsync())
            {
                await target.WriteAsync(item);
            }
        });
        await WriteAllAsync(writers, items, item => channel.Writer.WriteAsync(item));
        channel.Writer.Complete();
        await reading;
    }

    private static Task WriteAllAsync(int writers, int items, Func<Event, ValueTask> write) =>
        Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var item = SampleEvents.Create(1)[0];
            for (var i = writer; i < items; i += writers)
            {
                await write(item);
            }
        })));

    private sealed class CountingSink : ISink<Event>
    {
        public int Count { get; private set; }

        public ValueTask WriteAsync(Event item, CancellationToken cancellationToken = default)
        {
            Count++;
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }
}

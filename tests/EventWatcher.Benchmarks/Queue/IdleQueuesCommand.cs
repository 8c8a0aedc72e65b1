using System.Diagnostics;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Threading.Channels;

namespace EventWatcher.Benchmarks;

/// <summary>Many started queues in which nothing happens.</summary>
internal static class IdleQueuesCommand
{
    private const double LimitBytes = 2_048;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var count = arguments.Number("--queues", 10_000);
        var period = TimeSpan.FromSeconds(arguments.Number("--seconds", 5));
        arguments.RefuseOthers();

        var table = new Table($"{Figures.Whole(count)} of each", "bytes each", "limit", "timers armed", "limit", $"CPU ms in {period.TotalSeconds} s", "");
        await MeasureAsync("nothing at all", table, 1, period, isLimited: false, _ => Task.FromResult<object>(new object()));
        await MeasureAsync("EventQueue, started", table, count, period, isLimited: true, StartedAsync);
        await MeasureAsync("EventQueue, used and idle again", table, count, period, isLimited: true, UsedAsync);
        await MeasureAsync("bounded channel with a reader", table, count, period, isLimited: false, ChannelsAsync);
        await MeasureAsync("Rx Buffer(1 s, 1000)", table, count, period, isLimited: false, RxAsync);
        table.Print();
    }

    private static async Task MeasureAsync(string name, Table table, int count, TimeSpan period, bool isLimited, Func<int, Task<object>> create)
    {
        // Twice, so that what is made once for all of them is not laid on each.
        await ReleaseAsync(await create(Math.Min(count, 10)));
        var timersBefore = Timer.ActiveCount;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var all = await create(count);
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        var timers = Timer.ActiveCount - timersBefore;

        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        await Task.Delay(period);
        process.Refresh();
        processor = process.TotalProcessorTime - processor;
        GC.KeepAlive(all);
        await ReleaseAsync(all);

        if (isLimited)
        {
            var holds = bytes < LimitBytes && timers <= 0;
            Report.Add($"{Figures.Whole(count)} idle queues ({name})", $"{Figures.Whole(bytes)} B each, {Figures.Whole(timers)} timers", limit: $"< {Figures.Whole(LimitBytes)} B, no timer", holds: holds);
        }

        table.Add(
            name,
            count > 1 ? Figures.Whole(bytes) : "",
            isLimited ? "< " + Figures.Whole(LimitBytes) : "",
            Figures.Whole(timers),
            isLimited ? "0" : "",
            Figures.Whole(processor.TotalMilliseconds),
            isLimited ? Figures.Verdict(bytes < LimitBytes && timers <= 0) : "");
    }

    private static async Task ReleaseAsync(object all)
    {
        if (all is IEnumerable<IAsyncDisposable> asynchronous)
        {
            foreach (var item in asynchronous)
            {
                await item.DisposeAsync();
            }
        }

        if (all is IEnumerable<IDisposable> disposables)
        {
            foreach (var item in disposables)
            {
                item.Dispose();
            }
        }

        if (all is List<Channel<Event>> channels)
        {
            channels.ForEach(channel => channel.Writer.Complete());
        }
    }

    private static async Task<object> StartedAsync(int count)
    {
        var queues = Enumerable.Range(0, count).Select(_ => new EventQueue(options: null, _ => { })).ToList();
        queues.ForEach(queue => queue.Start());

        // Each has begun to wait: its loop runs up to there on another thread.
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        return queues;
    }

    private static async Task<object> UsedAsync(int count)
    {
        var queues = (List<EventQueue>)await StartedAsync(count);
        var items = SampleEvents.Create(10);
        var armed = Timer.ActiveCount;
        foreach (var queue in queues)
        {
            foreach (var item in items)
            {
                _ = queue.TryEnqueue(item);
            }
        }

        // The interval flushes them, and goes off.
        var clock = Stopwatch.StartNew();
        while (queues.Exists(queue => queue.Statistics.Flushed < items.Length) || Timer.ActiveCount > armed)
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(30))
            {
                throw new BenchmarkException($"Used queues do not become idle: {Timer.ActiveCount - armed} timers are armed after {clock.Elapsed}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        return queues;
    }

    private static async Task<object> ChannelsAsync(int count)
    {
        var channels = Enumerable.Range(0, count)
            .Select(_ => Channel.CreateBounded<Event>(new BoundedChannelOptions(BatchPipeline.Capacity) { SingleReader = true }))
            .ToList();
        channels.ForEach(channel => _ = Task.Run(async () =>
        {
            while (await channel.Reader.WaitToReadAsync())
            {
                while (channel.Reader.TryRead(out _))
                {
                }
            }
        }));
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        return channels;
    }

    private static Task<object> RxAsync(int count)
    {
        var subscriptions = Enumerable.Range(0, count)
            .Select(_ => new Subject<Event>().Buffer(TimeSpan.FromSeconds(1), BatchPipeline.BatchSize).Subscribe(_ => { }))
            .ToList();
        return Task.FromResult<object>(subscriptions);
    }
}

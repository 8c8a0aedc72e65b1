using System.Threading.Channels;

namespace EventWatcher.Benchmarks;

/// <summary>Enqueue to onFlush with MaxBatchSize = 1, beside a bare channel's write to its reader, in turns.</summary>
internal static class QueueLatencyCommand
{
    private const int Rounds = 10;
    private const int WarmUp = 2_000;
    private const double Limit = 1.3;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var samples = arguments.Number("--samples", 1_000);
        arguments.RefuseOthers();

        var channel = Channel.CreateBounded<Event>(new BoundedChannelOptions(BatchPipeline.Capacity) { SingleReader = true, SingleWriter = true });
        var channelProbe = new LatencyProbe(item => _ = channel.Writer.TryWrite(item));
        var reading = Task.Run(() => ReadAsync(channel.Reader, channelProbe));

        EventQueue? queue = null;
        var queueProbe = new LatencyProbe(item => _ = queue!.TryEnqueue(item));
        await using var created = queue = new EventQueue(new EventQueueOptions { MaxBatchSize = 1 }, _ => queueProbe.Arrived());
        queue.Start();

        var item = SampleEvents.Create(1)[0];
        var table = new Table("us from enqueue to handler", "gap", "channel median", "p99", "EventQueue median", "p99", "ratio of medians", "limit", "");
        foreach (var gap in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10) })
        {
            // Without a gap there is time for many more.
            var each = Math.Max(1, gap == TimeSpan.Zero ? samples * 10 / Rounds : samples / Rounds);
            var ofChannel = new Samples(each * Rounds);
            var ofQueue = new Samples(each * Rounds);
            channelProbe.Measure(item, WarmUp, TimeSpan.Zero, new Samples());
            queueProbe.Measure(item, WarmUp, TimeSpan.Zero, new Samples());
            for (var round = 0; round < Rounds; round++)
            {
                channelProbe.Measure(item, each, gap, ofChannel);
                queueProbe.Measure(item, each, gap, ofQueue);
            }

            var ratio = ofQueue.Median / ofChannel.Median;
            Report.Add(
                $"enqueue to handler, one event at a time, every {gap.TotalMilliseconds} ms",
                $"{Figures.Fixed(ofQueue.Median)} us",
                $"bounded channel {Figures.Fixed(ofChannel.Median)} us",
                Figures.Ratio(ratio),
                "<= " + Figures.Ratio(Limit),
                ratio <= Limit);
            table.Add(
                $"{ofQueue.Count} samples each",
                $"{gap.TotalMilliseconds} ms",
                Figures.Fixed(ofChannel.Median),
                Figures.Fixed(ofChannel.Percentile(99)),
                Figures.Fixed(ofQueue.Median),
                Figures.Fixed(ofQueue.Percentile(99)),
                Figures.Ratio(ratio),
                "<= " + Figures.Ratio(Limit),
                Figures.Verdict(ratio <= Limit));
        }

        channel.Writer.Complete();
        await reading;
        table.Print();
    }

    private static async Task ReadAsync(ChannelReader<Event> reader, LatencyProbe probe)
    {
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out _))
            {
                probe.Arrived();
            }
        }
    }
}

using System.Threading.Channels;

namespace EventWatcher.Benchmarks;

/// <summary>A bare bounded channel, and a reader that fills batches.</summary>
internal sealed class ChannelPipeline : BatchPipeline
{
    private readonly Channel<Event> _channel;
    private readonly Task _reader;

    public ChannelPipeline(HandledEvents handled, bool hasOneProducer)
        : base(handled)
    {
        _channel = Channel.CreateBounded<Event>(new BoundedChannelOptions(Capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = hasOneProducer,
        });
        _reader = Task.Run(ReadAsync);
    }

    public override void Produce(Event[] events, int count)
    {
        var writer = _channel.Writer;
        var spin = default(SpinWait);
        for (var i = 0; i < count; i++)
        {
            while (!writer.TryWrite(events[i % BatchSize]))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _channel.Writer.Complete();
        await _reader;
    }

    private async Task ReadAsync()
    {
        var reader = _channel.Reader;
        var batch = new Event[BatchSize];
        var count = 0;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var item))
            {
                batch[count++] = item;
                if (count == BatchSize)
                {
                    Handled.Add(batch);
                    batch = new Event[BatchSize];
                    count = 0;
                }
            }
        }
    }
}

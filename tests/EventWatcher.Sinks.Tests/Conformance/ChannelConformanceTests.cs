using System.Globalization;

namespace EventWatcher.Sinks.Tests;

public abstract class ChannelConformance(int capacity) : SinkConformanceTests<string>
{
    private readonly RecordingSink<string> _read = new();

    protected override ISink<string> CreateSink()
    {
        var sink = new ChannelSink<string>(new ChannelSinkOptions { Capacity = capacity });
        _ = Task.Run(async () =>
        {
            await foreach (var item in sink.ReadAllAsync())
            {
                await _read.WriteAsync(item);
            }
        });
        return sink;
    }

    protected override string CreateItem(int number) => number.ToString(CultureInfo.InvariantCulture);

    protected override async Task<IReadOnlyList<string>> ReceiveAsync(int count)
    {
        await _read.WaitForItemsAsync(count);
        return _read.Items;
    }
}

public sealed class UnbufferedChannelSinkConformanceTests() : ChannelConformance(capacity: 0);

public sealed class BufferedChannelSinkConformanceTests() : ChannelConformance(capacity: 5);

using BenchmarkDotNet.Attributes;
using EventWatcher.Sinks;

namespace EventWatcher.Benchmarks;

/// <summary>One write to many sinks that do nothing.</summary>
public class SinkBroadcast
{
    private readonly Event _item = SampleEvents.Create(1)[0];
    private Broadcaster<Event>? _broadcaster;

    [Params(10, 100, 1_000, 10_000)]
    public int Sinks { get; set; }

    [GlobalSetup]
    public void SetUp() => _broadcaster = new Broadcaster<Event>(NoOpSinks.Create(Sinks));

    [GlobalCleanup]
    public async Task CleanUp() => await _broadcaster!.DisposeAsync();

    [Benchmark]
    public ValueTask Write() => _broadcaster!.WriteAsync(_item);
}

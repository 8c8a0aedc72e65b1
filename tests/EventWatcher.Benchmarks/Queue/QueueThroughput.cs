using BenchmarkDotNet.Attributes;

namespace EventWatcher.Benchmarks;

/// <summary>From the first TryEnqueue to the last event handed over, in full batches; see <see cref="BatchPipeline"/> for the rules.</summary>
public class QueueThroughput
{
    /// <summary>Of one invocation: enough that starting the threads and the last wake-up do not show.</summary>
    internal const int Events = 1_000_000;

    private Producers? _producers;

    [Params(1, 4)]
    public int Producers { get; set; }

    [GlobalSetup(Target = nameof(BoundedChannel))]
    public void SetUpBoundedChannel() => _producers = Create(nameof(BoundedChannel), Producers);

    [GlobalSetup(Target = nameof(BatchBlock))]
    public void SetUpBatchBlock() => _producers = Create(nameof(BatchBlock), Producers);

    [GlobalSetup(Target = nameof(RxBuffer))]
    public void SetUpRxBuffer() => _producers = Create(nameof(RxBuffer), Producers);

    [GlobalSetup(Target = nameof(EventQueue))]
    public void SetUpEventQueue() => _producers = Create(nameof(EventQueue), Producers);

    [GlobalCleanup]
    public async Task CleanUp() => await _producers!.DisposeAsync();

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public void BoundedChannel() => _producers!.Run(Events);

    [Benchmark(OperationsPerInvoke = Events)]
    public void BatchBlock() => _producers!.Run(Events);

    [Benchmark(OperationsPerInvoke = Events)]
    public void RxBuffer() => _producers!.Run(Events);

    [Benchmark(OperationsPerInvoke = Events)]
    public void EventQueue() => _producers!.Run(Events);

    /// <summary>One of the four, by the name of its benchmark.</summary>
    internal static Producers Create(string pipeline, int producers) => new(producers, handled => pipeline switch
    {
        nameof(BoundedChannel) => new ChannelPipeline(handled, producers == 1),
        nameof(BatchBlock) => new BatchBlockPipeline(handled),
        nameof(RxBuffer) => new RxBufferPipeline(handled, producers == 1),
        _ => new EventQueuePipeline(handled),
    });
}

using Polly;

namespace EventWatcher.Sinks.Tests;

public sealed class RecordingSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target;
}

public sealed class BroadcasterConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => new Broadcaster<string>([Target, new RecordingSink<string>()]);
}

public sealed class OrderedBroadcasterConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => new Broadcaster<string>([Target, new RecordingSink<string>()], ordered: true);
}

public sealed class ParallelBroadcasterConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() =>
        new Broadcaster<string>([Target, new RecordingSink<string>()], options: new BroadcasterOptions<string> { Parallel = true });
}

public sealed class QueueSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.WithQueue();
}

public sealed class SmallQueueSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.WithQueue(capacity: 3);
}

public sealed class UnboundedQueueSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.WithQueue(capacity: int.MaxValue);
}

public sealed class RetryingSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.WithRetry(new Breaker(5, TimeSpan.FromSeconds(1)));
}

public sealed class PipelineRetryingSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.WithRetry(ResiliencePipeline.Empty);
}

public sealed class FilterSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.Where(_ => true);
}

public sealed class TapSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.WithTap(_ => { });
}

public sealed class TimeoutSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.WithTimeout(TimeSpan.FromMinutes(5));
}

public sealed class RoundRobinSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => new RoundRobinSink<string>([Target]);
}

public sealed class IgnoreClosedSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.IgnoringClosed();
}

public sealed class SerializedSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Target.Serialized();
}

public sealed class DelegateSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Sink.To<string>((item, token) => Target.WriteAsync(item, token));
}

public sealed class ForeignSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Sink.To(Target, logger: null, TimeProvider.System);
}

public sealed class ComposedSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink() => Sink.To(Target)
        .WithRetry(new ExponentialBackoff())
        .WithQueue(capacity: 10)
        .Where(_ => true);
}

public sealed class BatchSinkConformanceTests : SinkConformance
{
    // Never waits for a batch to fill, so that what is written arrives.
    protected override ISink<string> CreateSink() => Sink.To<IReadOnlyList<string>>(async (batch, token) =>
    {
        foreach (var item in batch)
        {
            await Target.WriteAsync(item, token);
        }
    }).WithBatches(maxSize: 7, maxDelay: TimeSpan.Zero);
}

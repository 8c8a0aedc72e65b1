namespace EventWatcher.Benchmarks;

/// <summary>This library's queue.</summary>
internal sealed class EventQueuePipeline : BatchPipeline
{
    private readonly EventQueue _queue;

    public EventQueuePipeline(HandledEvents handled)
        : base(handled)
    {
        _queue = new EventQueue(
            new EventQueueOptions { MaxBatchSize = BatchSize, Capacity = Capacity, Overflow = QueueOverflow.Wait, FlushInterval = Never },
            handled.Add);
        _queue.Start();
    }

    public override void Produce(Event[] events, int count)
    {
        var spin = default(SpinWait);
        for (var i = 0; i < count; i++)
        {
            while (!_queue.TryEnqueue(events[i % BatchSize]))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    public override void Flush() => _ = _queue.FlushAsync();

    public override ValueTask DisposeAsync() => _queue.DisposeAsync();
}

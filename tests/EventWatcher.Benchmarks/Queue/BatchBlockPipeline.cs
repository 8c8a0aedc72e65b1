using System.Threading.Tasks.Dataflow;

namespace EventWatcher.Benchmarks;

/// <summary>TPL Dataflow: BatchBlock, then ActionBlock.</summary>
internal sealed class BatchBlockPipeline : BatchPipeline
{
    private readonly BatchBlock<Event> _batches;
    private readonly ActionBlock<Event[]> _action;

    public BatchBlockPipeline(HandledEvents handled)
        : base(handled)
    {
        _batches = new BatchBlock<Event>(BatchSize, new GroupingDataflowBlockOptions { BoundedCapacity = Capacity });

        // Bounded as well, or the whole would not be; seldom at its bound, where handing over costs most.
        _action = new ActionBlock<Event[]>(
            handled.Add,
            new ExecutionDataflowBlockOptions { BoundedCapacity = Capacity / BatchSize, SingleProducerConstrained = true });
        _ = _batches.LinkTo(_action, new DataflowLinkOptions { PropagateCompletion = true });
    }

    public override void Produce(Event[] events, int count)
    {
        var spin = default(SpinWait);
        for (var i = 0; i < count; i++)
        {
            while (!_batches.Post(events[i % BatchSize]))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _batches.Complete();
        await _action.Completion;
    }
}

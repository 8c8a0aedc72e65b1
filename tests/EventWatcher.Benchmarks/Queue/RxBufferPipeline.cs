using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace EventWatcher.Benchmarks;

/// <summary>
/// Rx: Subject and Buffer(time, count). It hops no thread and has no bound: the handler runs on the producer's thread,
/// and a slow handler would hold up the source. Several producers have to take a lock, which Synchronize is.
/// </summary>
internal sealed class RxBufferPipeline : BatchPipeline
{
    private readonly Subject<Event> _subject = new();
    private readonly ISubject<Event> _input;
    private readonly IDisposable _subscription;

    public RxBufferPipeline(HandledEvents handled, bool hasOneProducer)
        : base(handled)
    {
        _input = hasOneProducer ? _subject : Subject.Synchronize(_subject);
        _subscription = _subject.Buffer(Never, BatchSize).Subscribe(batch => handled.Add((List<Event>)batch));
    }

    public override void Produce(Event[] events, int count)
    {
        var input = _input;
        for (var i = 0; i < count; i++)
        {
            input.OnNext(events[i % BatchSize]);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        _subject.Dispose();
        return ValueTask.CompletedTask;
    }
}

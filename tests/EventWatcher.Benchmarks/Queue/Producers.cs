namespace EventWatcher.Benchmarks;

/// <summary>Threads that offer events to a pipeline, all at once, again and again: made once and kept, as the pipeline is.</summary>
internal sealed class Producers : IAsyncDisposable
{
    private readonly HandledEvents _handled;
    private readonly BatchPipeline _pipeline;
    private readonly AutoResetEvent[] _starts;
    private readonly Thread[] _threads;
    private int _each;
    private int _busy;
    private bool _isOver;

    public Producers(int count, Func<HandledEvents, BatchPipeline> create)
    {
        _handled = new HandledEvents();
        _pipeline = create(_handled);
        _starts = [.. Enumerable.Range(0, count).Select(_ => new AutoResetEvent(initialState: false))];
        _threads = [.. _starts.Select(start => new Thread(() => Produce(start)) { IsBackground = true, Name = "producer" })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>How many batches the handler has had, ever.</summary>
    public long Batches => _handled.Batches;

    /// <summary>Sends so many events in all, and returns when the handler has had the last.</summary>
    public void Run(int events)
    {
        _each = events / _threads.Length;
        if (_each * _threads.Length % BatchPipeline.BatchSize != 0 || _each * _threads.Length != events)
        {
            throw new UsageException($"{events} events make no full batches from {_threads.Length} producers; allowed: a multiple of {_threads.Length * BatchPipeline.BatchSize}.");
        }

        _handled.Expect(events);
        _busy = _threads.Length;
        foreach (var start in _starts)
        {
            _ = start.Set();
        }

        _handled.WaitForAll();
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        foreach (var start in _starts)
        {
            _ = start.Set();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        await _pipeline.DisposeAsync();
        _handled.Dispose();
        foreach (var start in _starts)
        {
            start.Dispose();
        }
    }

    private void Produce(AutoResetEvent start)
    {
        var events = SampleEvents.Create(BatchPipeline.BatchSize);
        while (start.WaitOne() && !_isOver)
        {
            _pipeline.Produce(events, _each);
            if (Interlocked.Decrement(ref _busy) == 0)
            {
                _pipeline.Flush();
            }
        }
    }
}

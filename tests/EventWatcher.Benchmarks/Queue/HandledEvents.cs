namespace EventWatcher.Benchmarks;

/// <summary>The handler's side: counts what it is given, one batch at a time, and says when all has come.</summary>
internal sealed class HandledEvents : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // No spinning: the producers and the pipeline need the processors.
    private readonly ManualResetEventSlim _all = new(initialState: false, spinCount: 0);
    private long _expected;
    private long _count;

    /// <summary>How many batches the handler has had, ever.</summary>
    public long Batches { get; private set; }

    public void Expect(long count)
    {
        _all.Reset();
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _expected, count);
    }

    public void Add(IReadOnlyCollection<Event> batch)
    {
        Batches++;
        var count = Volatile.Read(ref _count) + batch.Count;
        Volatile.Write(ref _count, count);
        if (count == Volatile.Read(ref _expected))
        {
            _all.Set();
        }
    }

    public void WaitForAll()
    {
        if (!_all.Wait(Patience))
        {
            throw new BenchmarkException($"After {Patience} only {Volatile.Read(ref _count)} of {_expected} events were handled.");
        }
    }

    public void Dispose() => _all.Dispose();
}

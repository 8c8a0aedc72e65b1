namespace EventWatcher.Benchmarks;

/// <summary>The time from the engine's own stamp on an event to its arrival here; both clocks are this machine's.</summary>
internal sealed class Arrivals : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _arrived = new(0);

    /// <summary>Milliseconds.</summary>
    public Samples Latencies { get; } = new();

    public bool IsCounting { get; set; }

    public void Add(DateTimeOffset stamp)
    {
        var now = DateTimeOffset.UtcNow;
        if (IsCounting)
        {
            Latencies.Add((now - stamp).TotalMilliseconds);
        }

        _ = _arrived.Release();
    }

    public async Task WaitAsync()
    {
        if (!await _arrived.WaitAsync(Patience))
        {
            throw new BenchmarkException($"An event did not arrive within {Patience}.");
        }
    }

    public void Dispose() => _arrived.Dispose();
}

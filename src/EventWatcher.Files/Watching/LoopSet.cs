namespace EventWatcher.Files;

/// <summary>The subscriptions of one watcher, for who wants all of them to have reported. Thread-safe.</summary>
internal sealed class LoopSet
{
    private readonly Lock _gate = new();
    private readonly List<WatchLoop> _loops = [];

    public async Task RunAsync(WatchLoop loop, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _loops.Add(loop);
        }

        try
        {
            await loop.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _loops.Remove(loop);
            }
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Task[] flushes;
        lock (_gate)
        {
            flushes = [.. _loops.Select(static loop => loop.FlushAsync())];
        }

        await Task.WhenAll(flushes).WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}

namespace EventWatcher.Store;

/// <summary>A stretch of a watcher's run in which it reads on from where it is; a seek ends it.</summary>
internal sealed class WatcherLeg(CancellationToken run) : IAsyncDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(run);
    private Task _cancellation = Task.CompletedTask;

    public CancellationToken Token => _source.Token;

    /// <summary>Cancels it. On the pool: what a handler does on cancellation is not the caller's time. One call at a time, and none after disposal.</summary>
    public void Cancel() => _cancellation = Task.WhenAll(_cancellation, _source.CancelAsync());

    public async ValueTask DisposeAsync()
    {
        await _cancellation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _source.Dispose();
    }
}

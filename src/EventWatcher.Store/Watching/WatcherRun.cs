namespace EventWatcher.Store;

/// <summary>One run of a watcher, from its start to its end.</summary>
#pragma warning disable CA1001 // A source without timer holds nothing to release, and is cancelled late.
internal sealed class WatcherRun
#pragma warning restore CA1001
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _isStopRequested;

    /// <summary>Gets a task that completes when nothing of the run is left. Never faults.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Gets a token that is cancelled when the run is stopped from outside.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Gets a value indicating whether no further call of the handler is to begin.</summary>
    public bool IsStopRequested => _isStopRequested;

    public void RequestStop() => _isStopRequested = true;

    /// <summary>Cancels what the run is at. On the pool: what a handler does on cancellation is not the caller's time.</summary>
    public void Cancel() => _ = _stop.CancelAsync();

    public void End() => _ended.TrySetResult();
}

namespace EventWatcher.Store;

/// <summary>Where a running watcher is asked to move to.</summary>
internal sealed class SeekRequest(long sequenceNumber)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets or sets behind which event; the last one who asks has the say.</summary>
    public long SequenceNumber { get; set; } = sequenceNumber;

    public Task Done => _done.Task;

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception exception)
    {
        _done.TrySetException(exception);

        // Looked at here: whoever asked from inside a handler doesn't wait for it.
        _ = _done.Task.Exception;
    }
}

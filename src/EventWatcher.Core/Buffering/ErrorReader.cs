namespace EventWatcher;

/// <summary>The errors of a watch stream: bounded, the oldest gives way, so that nobody is forced to read them.</summary>
internal sealed class ErrorReader : LockedReader<WatcherException>
{
    public const int Capacity = 64;

    private readonly Queue<WatcherException> _errors = new();

    public long DroppedCount { get; private set; }

    protected override int StoredCount => _errors.Count;

    public void Write(WatcherException error)
    {
        TaskCompletionSource<bool>? awaited;
        lock (Gate)
        {
            if (IsComplete)
            {
                return;
            }

            if (_errors.Count == Capacity)
            {
                _errors.Dequeue();
                DroppedCount++;
            }

            _errors.Enqueue(error);
            awaited = TakeAwaited();
        }

        awaited?.TrySetResult(true);
    }

    protected override WatcherException TakeStored(out Action? afterwards)
    {
        afterwards = null;
        return _errors.Dequeue();
    }

    protected override int DiscardStored()
    {
        var discarded = _errors.Count;
        _errors.Clear();
        return discarded;
    }
}

namespace EventWatcher.Idle;

/// <summary>That a container which is awake, or being woken, needs another one. Released once; thread-safe.</summary>
internal sealed class DependencyHold
{
    private readonly IdleWatcher _needed;
    private int _isReleased;

    private DependencyHold(IdleWatcher needed) => _needed = needed;

    public IdleWatcher Needed => _needed;

    public static DependencyHold On(IdleWatcher needed)
    {
        needed.Post(static (watcher, _) => watcher.OnDependentCame(), state: null);
        return new DependencyHold(needed);
    }

    public void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            _needed.Post(static (watcher, _) => watcher.OnDependentLeft(), state: null);
        }
    }
}

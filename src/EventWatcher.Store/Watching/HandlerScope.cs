namespace EventWatcher.Store;

/// <summary>Knows whether a call comes from inside a watcher's own callback, which the watcher must not wait for.</summary>
internal sealed class HandlerScope
{
    private static readonly AsyncLocal<HandlerScope?> Current = new();
    private int _depth;

    /// <summary>Gets a value indicating whether the calling code runs in a callback of this scope that has not returned yet.</summary>
    public bool IsInside => Current.Value == this && Volatile.Read(ref _depth) > 0;

    /// <summary>Marks everything that the calling method does from now on; once for each run, since it costs an execution context.</summary>
    public void Mark() => Current.Value = this;

    public void Enter() => Interlocked.Increment(ref _depth);

    public void Leave() => Interlocked.Decrement(ref _depth);
}

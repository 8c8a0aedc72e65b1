namespace EventWatcher.TestKit;

/// <summary>Opens the base class's way to give each subscription a run of its own.</summary>
internal sealed class FakeWatcherBase(EventType type, WatcherOptions options, TimeProvider? timeProvider)
    : Watcher(type, options, logger: null, timeProvider)
{
    public WatchStream WatchWith(Func<WatchWriter, CancellationToken, Task> watch, CancellationToken cancellationToken) =>
        Watch(watch, cancellationToken);

    protected override Task WatchAsync(WatchWriter output, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Every subscription has a run of its own.");
}

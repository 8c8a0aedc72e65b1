namespace EventWatcher;

internal sealed class DelegateWatcher(
    EventType type,
    Func<WatchWriter, CancellationToken, Task> watch,
    WatcherOptions? options,
    TimeProvider? timeProvider) : Watcher(type, options, logger: null, timeProvider)
{
    protected override Task WatchAsync(WatchWriter output, CancellationToken cancellationToken) => watch(output, cancellationToken);
}

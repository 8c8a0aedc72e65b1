using Microsoft.Extensions.Logging;

namespace EventWatcher;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Watcher {Watcher}: {Error}")]
    private static partial void WatcherErrorCore(ILogger logger, string watcher, string error, Exception exception);

    public static void WatcherError(ILogger logger, string watcher, WatcherException exception) =>
        WatcherErrorCore(logger, watcher, exception.Message, exception);

    [LoggerMessage(2, LogLevel.Error, "Watcher {Watcher}: the error callback threw")]
    public static partial void ErrorCallbackFailed(ILogger logger, string watcher, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Watcher {Watcher}: the consumer is too slow for the buffer of {Capacity}; events are coalesced into a force-reload")]
    public static partial void StreamOverflows(ILogger logger, string watcher, int capacity);

    [LoggerMessage(4, LogLevel.Error, "Watcher {Watcher} failed and has ended")]
    public static partial void WatcherFailed(ILogger logger, string watcher, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "Watcher {Watcher} failed and is run again in {Delay}")]
    public static partial void WatcherRestarts(ILogger logger, string watcher, TimeSpan delay, Exception exception);

    [LoggerMessage(6, LogLevel.Debug, "Watcher {Watcher} failed while it was being ended")]
    public static partial void WatcherFailedWhileStopping(ILogger logger, string watcher, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "Watcher {Watcher} did not stop within {StopTimeout} and is abandoned")]
    public static partial void WatcherAbandoned(ILogger logger, string watcher, TimeSpan stopTimeout);

    [LoggerMessage(8, LogLevel.Debug, "Watcher {Watcher}: {Count} unread events discarded at the end of the subscription")]
    public static partial void PendingDiscarded(ILogger logger, string watcher, int count);

    [LoggerMessage(20, LogLevel.Error, "Queue {Queue}: handling a batch of {Count} events failed (attempt {Attempt})")]
    public static partial void FlushFailed(ILogger logger, string queue, int count, int attempt, Exception exception);

    [LoggerMessage(21, LogLevel.Warning, "Queue {Queue}: {Error}")]
    public static partial void QueueError(ILogger logger, string queue, string error, Exception exception);

    [LoggerMessage(22, LogLevel.Error, "Queue {Queue}: the error callback threw")]
    public static partial void QueueErrorCallbackFailed(ILogger logger, string queue, Exception exception);

    [LoggerMessage(23, LogLevel.Information, "Queue {Queue}: {Count} pending events discarded on stop")]
    public static partial void QueueDiscarded(ILogger logger, string queue, int count);

    [LoggerMessage(24, LogLevel.Error, "Queue {Queue}: a callback did not return within {StopTimeout} and is abandoned")]
    public static partial void CallbackAbandoned(ILogger logger, string queue, TimeSpan stopTimeout);

    [LoggerMessage(25, LogLevel.Warning, "Queue {Queue} is full at {Capacity} events: {Policy}")]
    public static partial void QueueFull(ILogger logger, string queue, int capacity, QueueOverflow policy);
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>What this package logs: watchers 500 to 529, bridges and hosting 530 to 539.</summary>
internal static partial class Log
{
    [LoggerMessage(500, LogLevel.Debug, "Store watcher {Watcher} runs, {From}")]
    public static partial void WatcherRuns(ILogger logger, string watcher, EventIterator from);

    [LoggerMessage(501, LogLevel.Debug, "Store watcher {Watcher} has stopped, done with {Position}")]
    public static partial void WatcherStopped(ILogger logger, string watcher, EventIterator position);

    [LoggerMessage(502, LogLevel.Warning, "Store watcher {Watcher}: {Asked} is beyond the latest event {Latest}; it begins after that")]
    public static partial void BeyondTheEnd(ILogger logger, string watcher, EventIterator asked, long latest);

    [LoggerMessage(503, LogLevel.Warning, "Store watcher {Watcher}: the handler failed on event {Sequence}; it is called again")]
    public static partial void HandlerFailed(ILogger logger, string watcher, long sequence, Exception exception);

    [LoggerMessage(504, LogLevel.Debug, "Store watcher {Watcher}: the handler failed on event {Sequence} (attempt {Attempt})")]
    public static partial void HandlerFailedAgain(ILogger logger, string watcher, long sequence, int attempt, Exception exception);

    [LoggerMessage(505, LogLevel.Error, "Store watcher {Watcher}: event {Sequence} is skipped after {Attempts} attempts")]
    public static partial void EventSkipped(ILogger logger, string watcher, long sequence, int attempts, Exception exception);

    [LoggerMessage(506, LogLevel.Warning, "Store watcher {Watcher}: reading failed; it is tried again")]
    public static partial void ReadFailed(ILogger logger, string watcher, Exception exception);

    [LoggerMessage(507, LogLevel.Debug, "Store watcher {Watcher}: reading failed (attempt {Attempt})")]
    public static partial void ReadFailedAgain(ILogger logger, string watcher, int attempt, Exception exception);

    [LoggerMessage(508, LogLevel.Error, "Store watcher {Watcher}: {Count} events ({Missing}) were collected before it read them")]
    public static partial void HorizonPassed(ILogger logger, string watcher, long count, SequenceRange missing);

    [LoggerMessage(509, LogLevel.Error, "Store watcher {Watcher}: a callback of its options threw")]
    public static partial void CallbackFailed(ILogger logger, string watcher, Exception exception);

    [LoggerMessage(510, LogLevel.Warning, "Store watcher {Watcher}: the automatic checkpoint failed")]
    public static partial void AutoCheckpointFailed(ILogger logger, string watcher, Exception exception);

    [LoggerMessage(511, LogLevel.Warning, "Store watcher {Watcher} did not stop within {Deadline}; its handler is still running")]
    public static partial void WatcherLate(ILogger logger, string watcher, TimeSpan deadline);

    [LoggerMessage(512, LogLevel.Information, "Store watcher {Watcher} ends: its store is closed")]
    public static partial void StoreClosed(ILogger logger, string watcher);

    [LoggerMessage(513, LogLevel.Error, "Store watcher {Watcher} failed and has ended")]
    public static partial void WatcherFailed(ILogger logger, string watcher, Exception exception);

    [LoggerMessage(514, LogLevel.Information, "Store watcher {Watcher} waits: it runs in another process")]
    public static partial void WatcherWaits(ILogger logger, string watcher);

    [LoggerMessage(515, LogLevel.Warning, "Store watcher {Watcher}: another process has taken over")]
    public static partial void WatcherLost(ILogger logger, string watcher);

    [LoggerMessage(516, LogLevel.Debug, "Store watcher {Watcher}: the handler failed on event {Sequence} while the watcher was being stopped or moved")]
    public static partial void HandlerFailedAtTheEnd(ILogger logger, string watcher, long sequence, Exception exception);

    [LoggerMessage(517, LogLevel.Debug, "Store watcher {Watcher} moves behind {Sequence}")]
    public static partial void WatcherMoves(ILogger logger, string watcher, long sequence);

    [LoggerMessage(530, LogLevel.Warning, "Replay of {Watcher}: the checkpoint {Position} could not be set; the next one makes up for it")]
    public static partial void ReplayCheckpointFailed(ILogger logger, string watcher, long position, Exception exception);

    [LoggerMessage(531, LogLevel.Error, "The event store {Store} could not be closed in order")]
    public static partial void StoreNotClosed(ILogger logger, string store, Exception exception);
}

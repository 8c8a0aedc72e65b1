using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>What this package logs: 400 to 449.</summary>
internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Error, "Sink {Sink}: its child {Child} did not close in time and is abandoned")]
    public static partial void ChildAbandoned(ILogger logger, string sink, string child);

    [LoggerMessage(401, LogLevel.Error, "Sink {Sink}: closing its child {Child} failed")]
    public static partial void ChildCloseFailed(ILogger logger, string sink, string child, Exception exception);

    [LoggerMessage(402, LogLevel.Error, "Sink {Sink}: its child {Child} failed; the others get the item")]
    public static partial void ChildFailed(ILogger logger, string sink, string child, Exception exception);

    [LoggerMessage(403, LogLevel.Information, "Sink {Sink}: its child {Child} is closed and removed")]
    public static partial void ChildRemoved(ILogger logger, string sink, string child);

    [LoggerMessage(404, LogLevel.Error, "Sink {Sink}: a callback threw")]
    public static partial void CallbackFailed(ILogger logger, string sink, Exception exception);

    [LoggerMessage(405, LogLevel.Warning, "Sink {Sink} is full at {Capacity} items: {Policy}")]
    public static partial void QueueFull(ILogger logger, string sink, int capacity, SinkOverflow policy);

    [LoggerMessage(406, LogLevel.Error, "Sink {Sink}: its target failed; {Count} items are dropped")]
    public static partial void TargetFailed(ILogger logger, string sink, int count, Exception exception);

    [LoggerMessage(407, LogLevel.Warning, "Sink {Sink}: its target is closed, so it closes too; {Count} items were not delivered")]
    public static partial void TargetClosed(ILogger logger, string sink, long count);

    [LoggerMessage(408, LogLevel.Error, "Sink {Sink} could not deliver {Count} items before it had to be closed")]
    public static partial void ClosedUndelivered(ILogger logger, string sink, long count);

    [LoggerMessage(409, LogLevel.Warning, "Sink {Sink}: attempt {Attempt} failed; trying again")]
    public static partial void AttemptFailed(ILogger logger, string sink, long attempt, Exception exception);

    [LoggerMessage(410, LogLevel.Debug, "Sink {Sink}: attempt {Attempt} failed; trying again: {Error}")]
    public static partial void AttemptFailedAgain(ILogger logger, string sink, long attempt, string error);

    [LoggerMessage(411, LogLevel.Error, "Sink {Sink} refused {Item} for good; a force-reload takes its place")]
    public static partial void EventRefused(ILogger logger, string sink, string item, Exception exception);

    [LoggerMessage(412, LogLevel.Warning, "Sink {Sink}: an item written from inside a write was not delivered")]
    public static partial void DeferredLost(ILogger logger, string sink, Exception exception);
}

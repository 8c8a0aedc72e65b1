using Microsoft.Extensions.Logging;

namespace EventWatcher.Docker;

/// <summary>What the watcher logs: 150 to 199.</summary>
internal static partial class Log
{
    [LoggerMessage(150, LogLevel.Debug, "{Source}: the event stream stands ({Detail})")]
    public static partial void StreamStands(ILogger logger, string source, string detail);

    [LoggerMessage(151, LogLevel.Debug, "{Source}: the event stream ended and is resumed")]
    public static partial void StreamEnded(ILogger logger, string source);

    [LoggerMessage(152, LogLevel.Warning, "{Source}: the engine's events are interrupted; trying again")]
    public static partial void Interrupted(ILogger logger, string source, Exception exception);

    [LoggerMessage(153, LogLevel.Debug, "{Source}: still interrupted: {Error}")]
    public static partial void StillInterrupted(ILogger logger, string source, string error);

    [LoggerMessage(154, LogLevel.Warning, "{Source}: force-reload: {Reason}")]
    public static partial void ForceReload(ILogger logger, string source, string reason);

    [LoggerMessage(155, LogLevel.Debug, "{Source}: no response headers after {Wait}; taken for subscribed")]
    public static partial void HeadersAreLate(ILogger logger, string source, TimeSpan wait);

    [LoggerMessage(156, LogLevel.Debug, "{Source}: the last event received did not come again within {Wait}")]
    public static partial void ProofIsMissing(ILogger logger, string source, TimeSpan wait);

    [LoggerMessage(157, LogLevel.Debug, "{Source}: an event in the engine's memory could not be read: {Error}")]
    public static partial void MalformedInRing(ILogger logger, string source, string error);

    [LoggerMessage(158, LogLevel.Debug, "{Source}: the audit failed: {Error}")]
    public static partial void AuditFailed(ILogger logger, string source, string error);

    [LoggerMessage(159, LogLevel.Warning, "{Source}: the audit found {Count} events that the stream had lacked: {Repair}")]
    public static partial void AuditFound(ILogger logger, string source, int count, string repair);

    [LoggerMessage(160, LogLevel.Trace, "{Source}: the audit of a stream ends with it")]
    public static partial void AuditEnds(ILogger logger, string source);

    [LoggerMessage(161, LogLevel.Debug, "{Source}: listing the containers for a snapshot failed: {Error}")]
    public static partial void SnapshotFailed(ILogger logger, string source, string error);

    [LoggerMessage(162, LogLevel.Trace, "{Source}: ended while stopping: {Error}")]
    public static partial void EndedWhileStopping(ILogger logger, string source, string error);
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Proxmox;

/// <summary>What this package logs: 300 to 349.</summary>
internal static partial class Log
{
    [LoggerMessage(300, LogLevel.Debug, "{Source}: watching {Count} guests")]
    public static partial void Standing(ILogger logger, string source, int count);

    [LoggerMessage(301, LogLevel.Warning, "{Source}: the cluster's events are interrupted; trying again")]
    public static partial void Interrupted(ILogger logger, string source, Exception exception);

    [LoggerMessage(302, LogLevel.Debug, "{Source}: still interrupted: {Error}")]
    public static partial void StillInterrupted(ILogger logger, string source, string error);

    [LoggerMessage(303, LogLevel.Information, "{Source}: all is seen again")]
    public static partial void Recovered(ILogger logger, string source);

    [LoggerMessage(304, LogLevel.Warning, "{Source}: force-reload: {Reason}")]
    public static partial void ForceReload(ILogger logger, string source, string reason);

    [LoggerMessage(305, LogLevel.Warning, "{Source}: without Sys.Audit on / the list of tasks is hidden; changes are seen some seconds later")]
    public static partial void TasksAreHidden(ILogger logger, string source);

    [LoggerMessage(306, LogLevel.Debug, "{Source}: {Guest} could not be confirmed: {Error}")]
    public static partial void ConfirmationFailed(ILogger logger, string source, GuestId guest, string error);

    [LoggerMessage(307, LogLevel.Error, "{Source}: polling {Poll} failed in a way that it should not")]
    public static partial void PollFailed(ILogger logger, string source, string poll, Exception exception);

    [LoggerMessage(308, LogLevel.Trace, "{Source}: ended")]
    public static partial void Ended(ILogger logger, string source);

    [LoggerMessage(309, LogLevel.Information, "{Source}: {Action} of {Guest} ended with {Outcome}")]
    public static partial void TaskWarned(ILogger logger, string source, string action, GuestId guest, string outcome);
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>What this package logs: 650 to 699.</summary>
internal static partial class Log
{
    [LoggerMessage(650, LogLevel.Information, "A request for {Container} was refused: {Reason}")]
    internal static partial void Refused(ILogger logger, string container, string reason);

    [LoggerMessage(651, LogLevel.Warning, "The loading page of {Container} could not be written.")]
    internal static partial void PageFailed(ILogger logger, string container, Exception exception);

    [LoggerMessage(652, LogLevel.Information, "{Container} is woken by request of {User}.")]
    internal static partial void WakeAsked(ILogger logger, string container, string user);

    [LoggerMessage(653, LogLevel.Information, "{Container} is put to sleep by request of {User}: {Done}.")]
    internal static partial void SleepAsked(ILogger logger, string container, string user, bool done);

    [LoggerMessage(660, LogLevel.Warning, "A request could not be forwarded to {Container}: {Problem}")]
    internal static partial void ForwardFailed(ILogger logger, string container, string problem, Exception exception);

    [LoggerMessage(661, LogLevel.Debug, "A request is sent to {Container} again: it has only just become ready.")]
    internal static partial void ForwardRepeated(ILogger logger, string container, Exception exception);

    [LoggerMessage(663, LogLevel.Information, "{Container} was stopped by somebody else before a request reached it, and is woken again.")]
    internal static partial void ForwardWokenAgain(ILogger logger, string container, Exception exception);

    [LoggerMessage(662, LogLevel.Debug, "A connection to {Container} ended: {Problem}.")]
    internal static partial void ForwardEnded(ILogger logger, string container, string problem);
}

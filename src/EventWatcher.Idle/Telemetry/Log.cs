using Microsoft.Extensions.Logging;

namespace EventWatcher.Idle;

/// <summary>What this package logs: 600 to 649.</summary>
internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Information, "{Container} is being woken.")]
    internal static partial void Waking(ILogger logger, string container);

    [LoggerMessage(601, LogLevel.Information, "{Container} is ready after {Elapsed}.")]
    internal static partial void Ready(ILogger logger, string container, TimeSpan elapsed);

    [LoggerMessage(602, LogLevel.Information, "{Container} was found running and is managed from now on.")]
    internal static partial void Adopted(ILogger logger, string container);

    [LoggerMessage(603, LogLevel.Warning, "{Container} could not be woken: {Reason}.")]
    internal static partial void WakeFailed(ILogger logger, string container, string reason, Exception? exception);

    [LoggerMessage(604, LogLevel.Information, "{Container} was not used and is put to sleep ({Method}).")]
    internal static partial void Stopping(ILogger logger, string container, StopMethod method);

    [LoggerMessage(605, LogLevel.Warning, "{Container} could not be put to sleep; tried again after {Delay}.")]
    internal static partial void StopFailed(ILogger logger, string container, TimeSpan delay, Exception? exception);

    [LoggerMessage(606, LogLevel.Information, "{Container} has been stopped or paused by somebody else.")]
    internal static partial void EndedOutside(ILogger logger, string container);

    [LoggerMessage(607, LogLevel.Warning, "{Container} cannot be used: {Reason}.")]
    internal static partial void Unusable(ILogger logger, string container, string reason);

    [LoggerMessage(608, LogLevel.Warning, "{Container} was asked whether it may sleep, and the callback failed; taken for a no.")]
    internal static partial void VetoFailed(ILogger logger, string container, Exception exception);

    [LoggerMessage(609, LogLevel.Debug, "{Container} cannot be looked at for now.")]
    internal static partial void LookFailed(ILogger logger, string container, Exception exception);

    [LoggerMessage(610, LogLevel.Debug, "{Container}: {Input} leads from {Before} to {After}.")]
    internal static partial void Stepped(ILogger logger, string container, LifecycleInput input, LifecycleState before, LifecycleState after);

    [LoggerMessage(611, LogLevel.Error, "{Container}: a step failed; the watcher goes on.")]
    internal static partial void StepFailed(ILogger logger, string container, Exception exception);

    [LoggerMessage(612, LogLevel.Information, "{Container} ended before it was ready and is started once more.")]
    internal static partial void StartedOnceMore(ILogger logger, string container);

    [LoggerMessage(620, LogLevel.Warning, "Container {Container} is left alone: {Fault}")]
    internal static partial void LabelRefused(ILogger logger, string container, string fault);

    [LoggerMessage(621, LogLevel.Warning, "The containers of {Provider} could not be listed; tried again.")]
    internal static partial void ListFailed(ILogger logger, string provider, Exception exception);

    [LoggerMessage(626, LogLevel.Debug, "The containers of {Provider} still could not be listed.")]
    internal static partial void ListFailedAgain(ILogger logger, string provider, Exception exception);

    [LoggerMessage(622, LogLevel.Debug, "Watching the containers of {Provider}: {Problem}.")]
    internal static partial void WatchError(ILogger logger, string provider, string problem, Exception exception);

    [LoggerMessage(623, LogLevel.Warning, "Watching the containers of {Provider} ended and begins anew.")]
    internal static partial void WatchEnded(ILogger logger, string provider, Exception? exception);

    [LoggerMessage(624, LogLevel.Warning, "Work on {Container} did not end within {Timeout} and is left behind.")]
    internal static partial void WorkAbandoned(ILogger logger, string container, TimeSpan timeout);

    [LoggerMessage(625, LogLevel.Information, "{Container} is no longer managed.")]
    internal static partial void Unmanaged(ILogger logger, string container);

    [LoggerMessage(630, LogLevel.Debug, "A connection to {Container} ended: {Problem}.")]
    internal static partial void ConnectionEnded(ILogger logger, string container, string problem);

    [LoggerMessage(631, LogLevel.Warning, "A connection to {Container} was refused: {Reason}.")]
    internal static partial void ConnectionRefused(ILogger logger, string container, string reason);

    [LoggerMessage(632, LogLevel.Warning, "Accepting connections on {EndPoint} failed; goes on.")]
    internal static partial void AcceptFailed(ILogger logger, string endPoint, Exception exception);

    [LoggerMessage(633, LogLevel.Debug, "A connection on {EndPoint} names no known host: {Host}.")]
    internal static partial void UnknownHost(ILogger logger, string endPoint, string host);
}

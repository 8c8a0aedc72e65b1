using Microsoft.Extensions.Logging;

namespace EventWatcher;

internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Critical, "Queue {Queue} has failed and ended: its events are handled no more until the application starts again")]
    public static partial void QueueFailed(ILogger logger, string queue, Exception exception);
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Files;

/// <summary>What this package logs: 200 to 249.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Debug, "{Source}: watching ({Directories} directories, {Files} files)")]
    public static partial void Watching(ILogger logger, string source, int directories, int files);

    [LoggerMessage(201, LogLevel.Warning, "{Source}: the kernel's queue overflowed; the disk is compared with what is known")]
    public static partial void Overflowed(ILogger logger, string source);

    [LoggerMessage(202, LogLevel.Warning, "{Source}: {Path} is gone; waiting for it")]
    public static partial void RootGone(ILogger logger, string source, string path);

    [LoggerMessage(203, LogLevel.Information, "{Source}: {Path} is there")]
    public static partial void RootFound(ILogger logger, string source, string path);

    [LoggerMessage(204, LogLevel.Warning, "{Source}: {Error}")]
    public static partial void Limited(ILogger logger, string source, string error);

    [LoggerMessage(205, LogLevel.Warning, "{Source}: {Path} is mounted on its own from {Origin}. A file that is saved by replacing it never shows through such a mount: mount its directory instead.")]
    public static partial void Pinned(ILogger logger, string source, string path, string origin);

    [LoggerMessage(206, LogLevel.Information, "{Source}: {Path} is polled every {Interval}")]
    public static partial void Polled(ILogger logger, string source, string path, TimeSpan interval);

    [LoggerMessage(207, LogLevel.Warning, "{Source}: {Path} can't be read")]
    public static partial void Unreadable(ILogger logger, string source, string path);

    [LoggerMessage(208, LogLevel.Error, "{Source}: could not work on what was heard")]
    public static partial void WorkFailed(ILogger logger, string source, Exception exception);

    [LoggerMessage(209, LogLevel.Debug, "{Source}: compared with the disk")]
    public static partial void Rescanned(ILogger logger, string source);
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>What this package logs. Here: files, 540 to 559.</summary>
internal static partial class Log
{
    [LoggerMessage(540, LogLevel.Debug, "{Store}: opened; events {Readable} in {Segments} segments")]
    public static partial void Opened(ILogger logger, string store, SequenceRange readable, int segments);

    [LoggerMessage(541, LogLevel.Warning, "{Store}: {Bytes} bytes at {Offset} of {File} were cut off, which a crash had left half written ({Reason})")]
    public static partial void TailCut(ILogger logger, string store, string file, long offset, long bytes, string reason);

    [LoggerMessage(542, LogLevel.Warning, "{Store}: the checkpoint of {Watcher} was {Checkpoint} and is {Latest} now: a power loss took the events behind")]
    public static partial void CheckpointClamped(ILogger logger, string store, string watcher, long checkpoint, long latest);

    [LoggerMessage(543, LogLevel.Error, "{Store}: a write or a flush failed; no more events are taken until the store is opened again")]
    public static partial void WritingFailed(ILogger logger, string store, Exception exception);

    [LoggerMessage(544, LogLevel.Debug, "{Store}: a full segment could not be cut to its length")]
    public static partial void TruncationFailed(ILogger logger, string store, Exception exception);

    [LoggerMessage(545, LogLevel.Debug, "{Store}: the closing frame could not be written")]
    public static partial void ClosingFrameFailed(ILogger logger, string store, Exception exception);

    [LoggerMessage(546, LogLevel.Information, "{Store}: events {Collected} were collected, {Bytes} bytes given back")]
    public static partial void Collected(ILogger logger, string store, SequenceRange collected, long bytes);

    [LoggerMessage(547, LogLevel.Warning, "{Store}: {Cap} was reached: events were collected that {Watcher}, whose checkpoint is {Checkpoint}, has not seen")]
    public static partial void CapPassedCheckpoint(ILogger logger, string store, string cap, string watcher, long checkpoint);

    [LoggerMessage(548, LogLevel.Warning, "{Store}: collecting failed and is tried again")]
    public static partial void CollectingFailed(ILogger logger, string store, Exception exception);

    [LoggerMessage(549, LogLevel.Warning, "{Store}: the horizon was {Horizon} and is {Next} now: a power loss took the events behind")]
    public static partial void HorizonClamped(ILogger logger, string store, long horizon, long next);

    [LoggerMessage(550, LogLevel.Error, "{Store}: a write or a flush of the checkpoints failed; no more are taken until the store is opened again")]
    public static partial void CheckpointsFailed(ILogger logger, string store, Exception exception);
}

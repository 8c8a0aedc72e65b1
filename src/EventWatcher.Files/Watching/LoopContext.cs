using Microsoft.Extensions.Logging;

namespace EventWatcher.Files;

/// <summary>What a loop is given by its watcher.</summary>
internal sealed record LoopContext(string Name, FilesWatcherOptions Options, WatchWriter Output, ILogger Logger, TimeProvider Time);

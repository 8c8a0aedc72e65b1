namespace EventWatcher.Files;

/// <summary>A watcher's part in a source.</summary>
internal sealed class SourceLease(IFileEventSource? source, int error) : IAsyncDisposable
{
    /// <summary>Gets the source; null where there is none and everything is polled.</summary>
    public IFileEventSource? Source { get; } = source;

    /// <summary>Gets the error number where there is no source.</summary>
    public int Error { get; } = error;

    public ValueTask DisposeAsync() => new(FileEventSources.LeaveAsync(Source));
}

using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Files;

/// <summary>A watcher's part in a source.</summary>
internal sealed class SourceLease(IFileEventSource? source, int error) : IAsyncDisposable
{
    /// <summary>Gets the source; null where there is none and everything is polled.</summary>
    public IFileEventSource? Source { get; } = source;

    /// <summary>Gets the error number where there is no source.</summary>
    public int Error { get; } = error;

    /// <summary>Makes a lease with a source of its own.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The lease ends it.")]
    public static SourceLease Portable() => new(new PortableSource(), error: 0);

    public ValueTask DisposeAsync() => new(FileEventSources.LeaveAsync(Source));
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>A sink of anyone's, given the logger and the clock that those composed on it take over.</summary>
internal sealed class ForeignSink<T>(ISink<T> sink, ILogger? logger, TimeProvider? timeProvider)
    : WrappingSink<T>(sink?.GetType().Name ?? "sink", sink!, options: null, logger, timeProvider)
{
    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken) => Child.WriteAsync(item, cancellationToken);
}

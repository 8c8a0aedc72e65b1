using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>A sink made of a delegate.</summary>
internal sealed class DelegateSink<T>(Func<T, CancellationToken, ValueTask> write, string? name, ILogger? logger, TimeProvider? timeProvider)
    : Sink<T>("delegate", new SinkOptions { Name = name }, logger, timeProvider)
{
    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken) => write(item, cancellationToken);

    private protected override Task<long> CloseCoreAsync(Deadline deadline) => Task.FromResult(0L);
}

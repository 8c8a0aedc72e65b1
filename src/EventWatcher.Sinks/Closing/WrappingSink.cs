using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>A sink in front of one other, its child, which is closed with it.</summary>
/// <typeparam name="T">What is written.</typeparam>
public abstract class WrappingSink<T> : Sink<T>
{
    private protected WrappingSink(string kind, ISink<T> child, SinkOptions? options, ILogger? logger, TimeProvider? timeProvider)
        : base(kind, options, logger, timeProvider, child)
    {
        ArgumentNullException.ThrowIfNull(child);
        Child = child;
    }

    private protected ISink<T> Child { get; }

    private protected override long? PendingSeenFromInside => (Child as IClosable)?.PendingSeenFromInside;

    private protected override Task<long> CloseCoreAsync(Deadline deadline) => ChildClosing.CloseAsync(Child, Name, deadline, Logger);
}

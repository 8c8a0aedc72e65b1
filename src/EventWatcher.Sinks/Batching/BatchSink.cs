using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Collects items, and delivers them in batches to a sink of lists, in the background, in order.</summary>
/// <remarks>
/// <para>
/// Taking an item is at once while there is room; a writer beyond <see cref="BatchSinkOptions{T}.Capacity"/> waits. A
/// batch is the target's to keep. One that the target refuses by an exception is dropped and reported, and the next one
/// delivered. When the target is closed this sink closes too.
/// </para>
/// <para>Closing delivers what waits, within its time, then closes the target. Thread-safe.</para>
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class BatchSink<T> : Sink<T>
{
    private readonly ISink<IReadOnlyList<T>> _target;
    private readonly BoundedBuffer<T> _buffer;
    private readonly BatchPump<T> _pump;

    /// <summary>Initializes the sink.</summary>
    /// <param name="target">Where batches go. It gets one write at a time.</param>
    /// <param name="options">How large batches are, and how long it takes for them to fill; null for the defaults.</param>
    /// <param name="logger">Where losses are logged; null for the target's.</param>
    /// <param name="timeProvider">The clock; null for the target's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public BatchSink(
        ISink<IReadOnlyList<T>> target,
        BatchSinkOptions<T>? options = null,
        ILogger? logger = null,
        TimeProvider? timeProvider = null)
        : base("batch", options ??= new BatchSinkOptions<T>(), logger, timeProvider, target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        _buffer = new BoundedBuffer<T>(Name, options.Capacity, SinkOverflow.Wait)
        {
            Dropped = static _ => { },
            OverflowBegins = static () => { },
        };
        _pump = new BatchPump<T>(Name, _buffer, target, options, () => _ = CloseAsync(), Logger, TimeProvider);
        _pump.Start();
    }

    /// <summary>Gets how many items wait, those being delivered among them.</summary>
    public int Count => _pump.Depth;

    private protected override long? PendingSeenFromInside =>
        _pump.IsInside || _target is IClosable { PendingSeenFromInside: not null } ? _pump.Depth : null;

    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken) => _buffer.WriteAsync(item, cancellationToken);

    private protected override Task<long> CloseCoreAsync(Deadline deadline) => _pump.CloseAsync(_target, deadline);
}

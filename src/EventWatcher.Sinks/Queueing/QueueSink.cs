using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Takes items at once and delivers them to a target in the background, one after the other, in order.</summary>
/// <remarks>
/// <para>
/// Bounded, and lets writers wait when it is full, unless it is told otherwise. An <see cref="EventAction.ForceReload"/>
/// event is never dropped for want of room: it takes the place of an earlier one of its source.
/// </para>
/// <para>
/// An item that the target refuses by an exception is dropped and reported, and the next one delivered; put
/// <see cref="RetryingSink{T}"/> in between for another try. When the target is closed the queue closes too.
/// </para>
/// <para>
/// Closing delivers what waits, within its time, then closes the target. It never waits longer, whatever the target
/// does. Thread-safe; it may be closed from inside the target's write.
/// </para>
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class QueueSink<T> : Sink<T>
{
    private readonly ISink<T> _target;
    private readonly BoundedBuffer<T> _buffer;
    private readonly ItemPump<T> _pump;

    /// <summary>Initializes a queue.</summary>
    /// <param name="target">Where items go. It gets one write at a time.</param>
    /// <param name="options">How much it holds, and what it does beyond; null for the defaults.</param>
    /// <param name="logger">Where losses are logged; null for the target's.</param>
    /// <param name="timeProvider">The clock; null for the target's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public QueueSink(ISink<T> target, QueueSinkOptions<T>? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
        : base("queue", options ??= new QueueSinkOptions<T>(), logger, timeProvider, target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        var (capacity, overflow) = (options.Capacity, options.Overflow);
        ItemPump<T>? pump = null;
        _buffer = new BoundedBuffer<T>(Name, capacity, overflow)
        {
            Dropped = item => pump!.OnOverflow(item),
            OverflowBegins = () =>
            {
                if (overflow != SinkOverflow.Wait)
                {
                    Log.QueueFull(Logger, Name, capacity, overflow);
                }

                if (overflow == SinkOverflow.CloseOnOverflow)
                {
                    _ = CloseAsync();
                }
            },
        };
        _pump = pump = new ItemPump<T>(Name, _buffer, target, options, () => _ = CloseAsync(), Logger);
        _pump.Start();
    }

    /// <summary>Gets how many items wait, the one being delivered among them.</summary>
    public int Count => _pump.Depth;

    private protected override long? PendingSeenFromInside =>
        _pump.IsInside || _target is IClosable { PendingSeenFromInside: not null } ? _pump.Depth : null;

    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken) => _buffer.WriteAsync(item, cancellationToken);

    private protected override Task<long> CloseCoreAsync(Deadline deadline) => _pump.CloseAsync(_target, deadline);
}

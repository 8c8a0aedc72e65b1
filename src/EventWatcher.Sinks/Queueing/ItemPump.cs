using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Delivers items one by one.</summary>
internal sealed class ItemPump<T>(
    string name,
    BoundedBuffer<T> buffer,
    ISink<T> target,
    QueueSinkOptions<T> options,
    Action onTargetClosed,
    ILogger logger)
    : Pump<T>(name, buffer, options.OnDropped, onTargetClosed, logger)
{
    private readonly Func<long, T>? _marker = options.OverflowMarker;
    private Slot<T> _slot;

    protected override int TakeNext() => Buffer.TryTake(out _slot) ? 1 : 0;

    protected override ValueTask WaitForMoreAsync() => Buffer.WaitAsync(atLeast: 1);

    protected override ValueTask DeliverAsync() =>
        target.WriteAsync(_slot.Missing == 0 ? _slot.Item : _marker!(_slot.Missing), GiveUpToken);

    // What a mark stands for was reported when it was dropped.
    protected override IReadOnlyList<T> InHand() => _slot.Missing == 0 ? [_slot.Item] : [];
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Delivers items in batches: as soon as one is full, or its first item has waited long enough.</summary>
internal sealed class BatchPump<T>(
    string name,
    BoundedBuffer<T> buffer,
    ISink<IReadOnlyList<T>> target,
    BatchSinkOptions<T> options,
    Action onTargetClosed,
    ILogger logger,
    TimeProvider timeProvider)
    : Pump<T>(name, buffer, options.OnDropped, onTargetClosed, logger)
{
    private readonly int _maxSize = options.MaxSize;
    private readonly TimeSpan _maxDelay = options.MaxDelay;
    private IReadOnlyList<T> _batch = [];
    private long _lastTaken = timeProvider.GetTimestamp();

    /// <summary>When the first of the items that wait came, or a little before; null where none waits.</summary>
    private long? _firstCame;
    private ITimer? _timer;

    protected override int TakeNext()
    {
        var count = Buffer.Count;
        if (count == 0)
        {
            _firstCame = null;
            return 0;
        }

        _firstCame ??= _lastTaken;
        if (count < _maxSize && !Buffer.IsComplete && timeProvider.GetElapsedTime(_firstCame.Value) < _maxDelay)
        {
            return 0;
        }

        var batch = new List<T>(Math.Min(count, _maxSize));
        while (batch.Count < _maxSize && Buffer.TryTake(out var slot))
        {
            batch.Add(slot.Item);
        }

        // What comes while this batch is delivered has waited since now at most.
        _lastTaken = timeProvider.GetTimestamp();
        _firstCame = null;
        _batch = batch;
        return batch.Count;
    }

    protected override async ValueTask WaitForMoreAsync()
    {
        if (_firstCame is null)
        {
            await Buffer.WaitAsync(atLeast: 1).ConfigureAwait(false);
            _firstCame = timeProvider.GetTimestamp();
            return;
        }

        var left = _maxDelay - timeProvider.GetElapsedTime(_firstCame.Value);
        if (left <= TimeSpan.Zero)
        {
            return;
        }

        _timer ??= timeProvider.CreateTimer(static buffer => ((BoundedBuffer<T>)buffer!).Wake(), Buffer, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(left, Timeout.InfiniteTimeSpan);
        await Buffer.WaitAsync(_maxSize).ConfigureAwait(false);
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    protected override ValueTask DeliverAsync() => target.WriteAsync(_batch, GiveUpToken);

    protected override IReadOnlyList<T> InHand() => _batch;
}

using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Takes what waits in a buffer to a target, one delivery at a time, until it is told to stop.</summary>
/// <remarks>
/// One task, begun with the pump. It ends when the buffer is complete and empty, when the target is closed, or when
/// closing gives up. An idle pump owns no timer.
/// </remarks>
#pragma warning disable CA1001 // A source without timer holds nothing to release, and whoever cancels late must not find it disposed.
internal abstract class Pump<T> : IHasDepth
#pragma warning restore CA1001
{
    private static readonly AsyncLocal<Delivery?> InsideOf = new();

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly ILogger _logger;
    private readonly Action<DroppedItem<T>>? _onDropped;
    private readonly Action _onTargetClosed;
    private Task _running = Task.CompletedTask;
    private int _inHand;
    private long _undelivered;
    private bool _hasGivenUp;

    protected Pump(string name, BoundedBuffer<T> buffer, Action<DroppedItem<T>>? onDropped, Action onTargetClosed, ILogger logger)
    {
        Name = name;
        Buffer = buffer;
        _onDropped = onDropped;
        _onTargetClosed = onTargetClosed;
        _logger = logger;
    }

    public string Name { get; }

    public int Depth => Buffer.Count + Volatile.Read(ref _inHand);

    /// <summary>Whether the caller is called by this pump, and must not wait for it.</summary>
    public bool IsInside => InsideOf.Value is { IsOver: false } delivery && ReferenceEquals(delivery.Owner, this);

    protected BoundedBuffer<T> Buffer { get; }

    protected CancellationToken GiveUpToken => _giveUp.Token;

    public void Start()
    {
        SinkTelemetry.Add(this);
        if (ExecutionContext.IsFlowSuppressed())
        {
            _running = Task.Run(RunAsync, CancellationToken.None);
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    /// <summary>Delivers what is left or gives up, and then closes the target.</summary>
    /// <returns>How many items were not delivered.</returns>
    public async Task<long> CloseAsync(IAsyncDisposable target, Deadline deadline)
    {
        Buffer.Complete();
        try
        {
            await _running.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            GiveUp();
        }

        SinkTelemetry.Remove(this);
        long undelivered;
        lock (_gate)
        {
            undelivered = _undelivered;
        }

        if (undelivered > 0)
        {
            Log.ClosedUndelivered(_logger, Name, undelivered);
        }

        return undelivered + await ChildClosing.CloseAsync(target, Name, deadline, _logger).ConfigureAwait(false);
    }

    /// <summary>Takes an item out of the way of a full buffer.</summary>
    public void OnOverflow(T item) => Drop(item, DropReason.Overflow, exception: null);

    /// <summary>Takes what is next to be delivered. Quick: a lock is held.</summary>
    /// <returns>How many items; 0 where there are none to be delivered now.</returns>
    protected abstract int TakeNext();

    /// <summary>Waits until there may be something to take.</summary>
    protected abstract ValueTask WaitForMoreAsync();

    /// <summary>Delivers what was taken.</summary>
    protected abstract ValueTask DeliverAsync();

    /// <summary>What was taken, for reporting it.</summary>
    protected abstract IReadOnlyList<T> InHand();

    private async Task RunAsync()
    {
        while (true)
        {
            if (TryTakeNext())
            {
                if (!await DeliverTakenAsync().ConfigureAwait(false))
                {
                    return;
                }
            }
            else if (Buffer.IsComplete && Buffer.Count == 0)
            {
                return;
            }
            else
            {
                await WaitForMoreAsync().ConfigureAwait(false);
            }
        }
    }

    private bool TryTakeNext()
    {
        // What is taken is in hand at once: closing finds every item either here or in the buffer.
        lock (_gate)
        {
            var taken = _hasGivenUp ? 0 : TakeNext();
            Volatile.Write(ref _inHand, taken);
            return taken > 0;
        }
    }

    /// <summary>Delivers what is in hand.</summary>
    /// <returns>False where it is over: given up, or the target is closed.</returns>
    private async ValueTask<bool> DeliverTakenAsync()
    {
        var delivery = new Delivery(this);
        InsideOf.Value = delivery;
        Exception? failure = null;
        try
        {
            await DeliverAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        try
        {
            IReadOnlyList<T> lost;
            lock (_gate)
            {
                Volatile.Write(ref _inHand, 0);
                if (_hasGivenUp)
                {
                    // Counted and reported when it was given up.
                    return false;
                }

                // With the lock held: closing finds every item in hand, in the buffer, or counted here.
                lost = failure is null ? [] : TakeLost(failure);
            }

            return failure is null || OnFailed(failure, lost);
        }
        finally
        {
            delivery.IsOver = true;
        }
    }

    private IReadOnlyList<T> TakeLost(Exception failure)
    {
        if (failure is not SinkClosedException)
        {
            return CountIfClosing(InHand());
        }

        Buffer.Complete();
        return CountIfClosing([.. InHand(), .. Buffer.Clear()]);
    }

    private bool OnFailed(Exception failure, IReadOnlyList<T> lost)
    {
        if (failure is SinkClosedException)
        {
            Log.TargetClosed(_logger, Name, lost.Count);
            DropAll(lost, DropReason.TargetClosed, failure);
            _onTargetClosed();
            return false;
        }

        Log.TargetFailed(_logger, Name, lost.Count, failure);
        DropAll(lost, DropReason.TargetFailed, failure);
        return true;
    }

    private void GiveUp()
    {
        IReadOnlyList<T> left;
        lock (_gate)
        {
            _hasGivenUp = true;
            left = CountIfClosing([.. _inHand > 0 ? InHand() : [], .. Buffer.Clear()]);
        }

        _ = _giveUp.CancelAsync();
        DropAll(left, DropReason.Closed, exception: null);
    }

    /// <summary>Counts what is lost once no more is taken. The lock is held.</summary>
    private IReadOnlyList<T> CountIfClosing(IReadOnlyList<T> lost)
    {
        _undelivered += Buffer.IsComplete ? lost.Count : 0;
        return lost;
    }

    private void DropAll(IReadOnlyList<T> items, DropReason reason, Exception? exception)
    {
        foreach (var item in items)
        {
            Drop(item, reason, exception);
        }
    }

    private void Drop(T item, DropReason reason, Exception? exception)
    {
        SinkTelemetry.Dropped(Name, reason);
        try
        {
            _onDropped?.Invoke(new DroppedItem<T> { Item = item, Reason = reason, Exception = exception });
        }
        catch (Exception thrown)
        {
            Log.CallbackFailed(_logger, Name, thrown);
        }
    }

    /// <summary>A delivery in progress. It outlives itself in whatever the target has started: that may wait for the pump as anyone.</summary>
    private sealed class Delivery(Pump<T> owner)
    {
        private volatile bool _isOver;

        public Pump<T> Owner { get; } = owner;

        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace EventWatcher.Sinks;

/// <summary>
/// The reader of a channel with a bound of its own, which may be zero. The framework's bounded channel has no such
/// bound, and under CPU contention a reader of it may never wake (dotnet/runtime 131141).
/// </summary>
internal sealed class ChannelBuffer<T>(string name, int capacity) : ChannelReader<T>
{
    private readonly Lock _gate = new();
    private readonly RingBuffer<T> _items = new();
    private readonly SpaceWaiters<T> _waiters = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<bool>? _awaited;
    private bool _isComplete;

    public override Task Completion => _completion.Task;

    public override bool CanCount => true;

    public override int Count
    {
        get
        {
            lock (_gate)
            {
                return _items.Count;
            }
        }
    }

    private bool HasAny => _items.Count > 0 || _waiters.Count > 0;

    public ValueTask WriteAsync(T item, CancellationToken cancellationToken)
    {
        SpaceWaiters<T>.Waiter? waiter = null;
        TaskCompletionSource<bool>? awaited;
        lock (_gate)
        {
            if (_isComplete)
            {
                return ValueTask.FromException(new SinkClosedException(name));
            }

            if (_items.Count < capacity)
            {
                _items.Add(item);
            }
            else
            {
                waiter = _waiters.Add(item);
            }

            awaited = TakeAwaited();
        }

        awaited?.TrySetResult(true);
        return waiter is null ? ValueTask.CompletedTask : _waiters.WaitAsync(waiter, _gate, cancellationToken);
    }

    public override bool TryRead([MaybeNullWhen(false)] out T item)
    {
        SpaceWaiters<T>.Waiter? admitted;
        bool isLast;
        lock (_gate)
        {
            if (!HasAny)
            {
                item = default;
                return false;
            }

            admitted = _waiters.TakeFirst();
            if (_items.Count == 0)
            {
                item = admitted!.Item;
            }
            else
            {
                item = _items.Take();
                if (admitted is not null)
                {
                    _items.Add(admitted.Item);
                }
            }

            isLast = _isComplete && !HasAny;
        }

        admitted?.Admit();
        if (isLast)
        {
            _completion.TrySetResult();
        }

        return true;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        lock (_gate)
        {
            if (HasAny || _isComplete)
            {
                return ValueTask.FromResult(HasAny);
            }

            // One for all readers that wait: those that are woken for nothing look again and wait again.
            _awaited ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            var task = _awaited.Task;
            return new ValueTask<bool>(cancellationToken.CanBeCanceled ? task.WaitAsync(cancellationToken) : task);
        }
    }

    public void Complete()
    {
        IReadOnlyList<SpaceWaiters<T>.Waiter> refused;
        TaskCompletionSource<bool>? awaited;
        bool isEmpty;
        lock (_gate)
        {
            _isComplete = true;
            refused = _waiters.TakeAll();
            awaited = TakeAwaited();
            isEmpty = _items.Count == 0;
        }

        foreach (var waiter in refused)
        {
            waiter.Refuse(name);
        }

        awaited?.TrySetResult(!isEmpty);
        if (isEmpty)
        {
            _completion.TrySetResult();
        }
    }

    private TaskCompletionSource<bool>? TakeAwaited()
    {
        var awaited = _awaited;
        _awaited = null;
        return awaited;
    }
}

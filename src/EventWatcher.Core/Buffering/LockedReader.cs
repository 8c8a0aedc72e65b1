using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace EventWatcher;

/// <summary>
/// A channel reader over a lock and any storage. The framework's bounded channel has no reserved slots, and under CPU
/// contention a reader of it may never wake (dotnet/runtime 131141).
/// </summary>
internal abstract class LockedReader<T> : ChannelReader<T>
    where T : class
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<bool>? _awaited;
    private bool _isComplete;

    public override Task Completion => _completion.Task;

    public override bool CanCount => true;

    public override int Count
    {
        get
        {
            lock (Gate)
            {
                return StoredCount;
            }
        }
    }

    protected Lock Gate { get; } = new();

    protected bool IsComplete => _isComplete;

    /// <summary>How many items are stored; the lock is held.</summary>
    protected abstract int StoredCount { get; }

    public override bool TryRead([MaybeNullWhen(false)] out T item)
    {
        Action? afterwards = null;
        var isLast = false;
        lock (Gate)
        {
            item = StoredCount > 0 ? TakeStored(out afterwards) : null;
            isLast = item is not null && _isComplete && StoredCount == 0;
        }

        afterwards?.Invoke();
        if (isLast)
        {
            _completion.TrySetResult();
        }

        return item is not null;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        lock (Gate)
        {
            if (StoredCount > 0)
            {
                return ValueTask.FromResult(true);
            }

            if (_isComplete)
            {
                return ValueTask.FromResult(false);
            }

            _awaited ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            var awaited = _awaited.Task;
            return new ValueTask<bool>(cancellationToken.CanBeCanceled ? awaited.WaitAsync(cancellationToken) : awaited);
        }
    }

    /// <summary>No more items come.</summary>
    /// <param name="discard">Whether those that wait to be read are thrown away, so that completion is prompt.</param>
    /// <returns>How many were thrown away.</returns>
    public int Complete(bool discard)
    {
        TaskCompletionSource<bool>? awaited;
        var discarded = 0;
        bool isEmpty;
        lock (Gate)
        {
            if (discard)
            {
                discarded = DiscardStored();
            }

            _isComplete = true;
            isEmpty = StoredCount == 0;
            awaited = _awaited;
            _awaited = null;
        }

        awaited?.TrySetResult(!isEmpty);
        if (isEmpty)
        {
            _completion.TrySetResult();
        }

        return discarded;
    }

    /// <summary>Takes one item; the lock is held.</summary>
    /// <param name="afterwards">What is to be done once the lock is released.</param>
    protected abstract T TakeStored(out Action? afterwards);

    /// <summary>Throws everything away; the lock is held.</summary>
    protected abstract int DiscardStored();

    /// <summary>Returns who waits, to be woken once the lock is released; the lock is held.</summary>
    protected TaskCompletionSource<bool>? TakeAwaited()
    {
        var awaited = _awaited;
        _awaited = null;
        return awaited;
    }
}

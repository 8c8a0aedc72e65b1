using System.Threading.Tasks.Sources;

namespace EventWatcher.Store;

/// <summary>One append that waits for its frame. Used again by the log it belongs to.</summary>
internal sealed class AppendWaiter(Action<AppendWaiter> release) : IValueTaskSource<long>, IThreadPoolWorkItem
{
    // The continuation runs where the waiter is executed: on the thread pool, in its turn.
    private ManualResetValueTaskSourceCore<long> _source;
    private long _number;
    private Exception? _failure;

    /// <summary>Gets or sets the place of its first event in the frame.</summary>
    public int Place { get; set; }

    public ValueTask<long> Task => new(this, _source.Version);

    /// <summary>Says how it ended; whoever awaits it goes on when it is executed.</summary>
    public void SetOutcome(long number, Exception? failure)
    {
        _number = number;
        _failure = failure;
    }

    public void Execute()
    {
        if (_failure is { } failure)
        {
            _source.SetException(failure);
        }
        else
        {
            _source.SetResult(_number);
        }
    }

    public long GetResult(short token)
    {
        if (_source.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            // Asked for too early, which the source refuses. The append goes on.
            return _source.GetResult(token);
        }

        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            _failure = null;
            release(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}

namespace EventWatcher.TestKit;

/// <summary>A timer of a <see cref="FakeTimeProvider"/>, whose lock guards all but the calls.</summary>
internal sealed class FakeTimer(FakeTimeProvider time, TimerCallback callback, object? state) : ITimer
{
    // What System.Threading.Timer takes at most.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1L);

    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly Lock _callsGate = new();
    private TaskCompletionSource? _idle;
    private int _callsRunning;

    public static IComparer<FakeTimer> DueOrder { get; } = Comparer<FakeTimer>.Create(
        static (one, other) => one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Sequence.CompareTo(other.Sequence));

    public long Due { get; set; }

    public long Period { get; set; }

    public long Sequence { get; set; }

    public bool IsDisposed { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        var due = Checked(dueTime, nameof(dueTime));
        var interval = Checked(period, nameof(period));
        return time.Arm(this, due, interval);
    }

    /// <summary>Counts a call that is about to be made, so that disposal waits for it.</summary>
    public void OnFiring()
    {
        lock (_callsGate)
        {
            _callsRunning++;
        }
    }

    public void Fire()
    {
        try
        {
            if (_context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(_context, static timer => ((FakeTimer)timer!).Call(), this);
            }
        }
        finally
        {
            lock (_callsGate)
            {
                _callsRunning--;
                if (_callsRunning == 0)
                {
                    _idle?.TrySetResult();
                }
            }
        }
    }

    public void Dispose() => time.Disarm(this);

    public ValueTask DisposeAsync()
    {
        time.Disarm(this);
        lock (_callsGate)
        {
            if (_callsRunning == 0)
            {
                return ValueTask.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_idle.Task);
        }
    }

    /// <summary>Null for "never".</summary>
    private static TimeSpan? Checked(TimeSpan value, string name)
    {
        if (value == Timeout.InfiniteTimeSpan)
        {
            return null;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest, name);
        return value;
    }

    private void Call() => callback(state);
}

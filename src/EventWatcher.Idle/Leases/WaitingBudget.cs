namespace EventWatcher.Idle;

/// <summary>How many may wait in all rooms together. Thread-safe.</summary>
internal sealed class WaitingBudget(int limit)
{
    private int _count;

    public int Limit { get; set; } = limit;

    public int Count => Volatile.Read(ref _count);

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _count) <= Limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Return(int count) => Interlocked.Add(ref _count, -count);
}

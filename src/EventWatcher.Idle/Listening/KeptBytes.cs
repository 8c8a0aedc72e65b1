namespace EventWatcher.Idle;

/// <summary>How many bytes the datagrams that are kept occupy, for all flows of a listener. Thread-safe.</summary>
internal sealed class KeptBytes(long limit)
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public bool TryTake(int count)
    {
        if (Interlocked.Add(ref _count, count) <= limit)
        {
            return true;
        }

        Return(count);
        return false;
    }

    public void Return(long count) => Interlocked.Add(ref _count, -count);
}

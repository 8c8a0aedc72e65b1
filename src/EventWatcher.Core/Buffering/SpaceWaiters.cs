namespace EventWatcher;

/// <summary>Writers waiting for room in a buffer, first come, first served. Not thread-safe: the owner holds its lock.</summary>
internal sealed class SpaceWaiters
{
    private readonly Queue<SpaceWaiter> _waiting = new();

    public bool IsEmpty => _waiting.Count == 0;

    public SpaceWaiter Add(Event item)
    {
        var waiter = new SpaceWaiter(item);
        _waiting.Enqueue(waiter);
        return waiter;
    }

    /// <summary>Moves waiting events into the room there is; who was cancelled meanwhile is passed over.</summary>
    /// <returns>How many were moved.</returns>
    public int Admit(EventBuffer buffer)
    {
        var admitted = 0;
        while (!buffer.IsFull && _waiting.TryDequeue(out var waiter))
        {
            if (waiter.TrySetResult(true))
            {
                buffer.TryAdd(waiter.Item);
                admitted++;
            }
        }

        return admitted;
    }

    /// <summary>Sends everybody away: the buffer takes no more.</summary>
    /// <returns>How many were sent away.</returns>
    public int Refuse()
    {
        var refused = 0;
        while (_waiting.TryDequeue(out var waiter))
        {
            refused += waiter.TrySetResult(false) ? 1 : 0;
        }

        return refused;
    }
}

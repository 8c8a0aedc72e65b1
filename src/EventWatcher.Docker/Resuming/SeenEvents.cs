namespace EventWatcher.Docker;

/// <summary>
/// The keys of the newest events received, so that one that comes again is known. Eight times the engine's own memory.
/// Not thread-safe.
/// </summary>
internal sealed class SeenEvents
{
    public const int Capacity = 2_048;

    private readonly HashSet<EventKey> _keys = [];
    private readonly Queue<EventKey> _order = new();

    /// <summary>The latest time among those forgotten: what is not newer can't be judged.</summary>
    public long ForgottenUntil { get; private set; } = long.MinValue;

    /// <summary>Remembers a key; false where it was known.</summary>
    public bool Add(EventKey key)
    {
        if (!_keys.Add(key))
        {
            return false;
        }

        _order.Enqueue(key);
        if (_order.Count > Capacity)
        {
            var forgotten = _order.Dequeue();
            _keys.Remove(forgotten);
            ForgottenUntil = Math.Max(ForgottenUntil, forgotten.TimeNanoseconds);
        }

        return true;
    }

    public bool Contains(EventKey key) => _keys.Contains(key);

    /// <summary>Whether something later of the same container has been received.</summary>
    public bool HasLaterOf(EventKey key)
    {
        foreach (var seen in _order)
        {
            if (seen.TimeNanoseconds >= key.TimeNanoseconds && string.Equals(seen.ActorId, key.ActorId, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The newest key received that is not later than this time; null where there is none.</summary>
    public EventKey? NewestUntil(long timeNanoseconds)
    {
        EventKey? newest = null;
        foreach (var seen in _order)
        {
            if (seen.TimeNanoseconds <= timeNanoseconds && (newest is null || seen.TimeNanoseconds >= newest.Value.TimeNanoseconds))
            {
                newest = seen;
            }
        }

        return newest;
    }

    public void Clear()
    {
        _keys.Clear();
        _order.Clear();
        ForgottenUntil = long.MinValue;
    }
}

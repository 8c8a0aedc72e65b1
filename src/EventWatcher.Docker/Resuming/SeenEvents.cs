namespace EventWatcher.Docker;

/// <summary>
/// The keys of the newest events received, so that one that comes again is known. Eight times the engine's own memory.
/// Not thread-safe.
/// </summary>
internal sealed class SeenEvents
{
    public const int Capacity = 2_048;

    /// <summary>More than the engine's times ever go backwards.</summary>
    public static readonly TimeSpan Disorder = TimeSpan.FromSeconds(1);

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

    /// <summary>
    /// Whether something that came after it in the engine's memory, of the same container and of interest, has been
    /// received already. Times are no order among neighbours, so what is known to be earlier is to be said.
    /// </summary>
    public bool HasLaterOf(EventKey key, IReadOnlySet<EventKey> earlier)
    {
        var from = EngineClock.Before(key.TimeNanoseconds, Disorder);
        foreach (var seen in _order)
        {
            if (seen.TimeNanoseconds >= from &&
                string.Equals(seen.ActorId, key.ActorId, StringComparison.Ordinal) &&
                seen != key &&
                !earlier.Contains(seen) &&
                DockerEventMap.TryGet(seen.Action, out _))
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

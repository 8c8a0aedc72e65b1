namespace EventWatcher.Docker;

/// <summary>
/// Events that came but could not be read. Each was made good by a ForceReload in its place, so that it is no loss when
/// the engine's memory has it unharmed, and none that it is still unreadable when it comes again. All that is known of
/// such an event is after which one it came. Not thread-safe.
/// </summary>
internal sealed class UnreadEvents
{
    private const int Capacity = 64;

    private readonly List<Unread> _all = [];

    public void Add(EventKey? after)
    {
        if (_all.Count == Capacity)
        {
            _all.RemoveAt(0);
        }

        _all.Add(new Unread { After = after });
    }

    /// <summary>Whether an event that can't be read was met at this place before.</summary>
    public bool IsKnown(EventKey? after) => _all.Exists(item => item.After == after);

    /// <summary>Whether an event that was never received is one of those; then the next one may follow it.</summary>
    public bool Resolve(EventKey? after, EventKey key)
    {
        var index = _all.FindIndex(item => item.After == after);
        if (index < 0)
        {
            return false;
        }

        _all.RemoveAt(index);
        foreach (var next in _all.Where(item => item.After == after))
        {
            next.After = key;
        }

        return true;
    }

    public void Clear() => _all.Clear();

    private sealed class Unread
    {
        public EventKey? After { get; set; }
    }
}

namespace EventWatcher.Files;

/// <summary>
/// What the source's reader hands to a watcher's loop. The reader never waits: what does not fit becomes an overflow,
/// after which the loop compares the disk with what it knows.
/// </summary>
internal sealed class Inbox
{
    /// <summary>How many items are kept for a loop that is busy scanning.</summary>
    public const int Capacity = 500_000;

    private readonly Lock _gate = new();
    private readonly AsyncSignal _arrived = new();
    private List<InboxItem> _items = [];
    private List<InboxItem> _spare = [];

    /// <summary>Wakes the loop though nothing came.</summary>
    public void Wake() => _arrived.Set();

    public ValueTask WaitAsync() => _arrived.WaitAsync();

    public void Put(in InboxItem item)
    {
        bool isFirst;
        lock (_gate)
        {
            if (_items.Count >= Capacity && item.Kind == InboxKind.Signal)
            {
                FilesTelemetry.QueueOverflowed();
                _items.RemoveAll(static kept => kept.Kind != InboxKind.Barrier);
                _items.Insert(0, new InboxItem(InboxKind.Overflow, Subject: null, 0, 0, FileSignals.Overflow, 0, Name: null));
            }

            isFirst = _items.Count == 0;
            _items.Add(item);
        }

        if (isFirst)
        {
            _arrived.Set();
        }
    }

    /// <summary>Takes everything. What is returned is valid until the next call.</summary>
    public List<InboxItem> TakeAll()
    {
        lock (_gate)
        {
            _spare.Clear();
            if (_spare.Capacity > 4096)
            {
                _spare = [];
            }

            (_items, _spare) = (_spare, _items);
            return _spare;
        }
    }
}

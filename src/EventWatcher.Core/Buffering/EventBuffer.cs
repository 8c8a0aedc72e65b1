namespace EventWatcher;

/// <summary>
/// A bounded ring of events with a tail of reserved slots behind it, the heart of both the watch stream and the queue.
/// Not thread-safe: the owner holds its lock.
/// </summary>
/// <remarks>
/// What does not fit goes, where the owner wants that, into the tail: one <see cref="EventAction.ForceReload"/> for
/// each (type, source). Until the reader comes to the tail everything that arrives is coalesced into it: the reader
/// learns of the loss once, at the place of the loss. Coming to it settles the whole of it, so that the counts are
/// exact and what arrives from then on has room again. The ring grows by doubling up to the capacity.
/// </remarks>
internal sealed class EventBuffer(int capacity, TimeProvider timeProvider)
{
    private const int SmallestRing = 16;

    private Event?[] _ring = [];
    private int _head;
    private int _count;
    private List<OverflowSlot>? _tail;

    // The tail that the reader has come to. It goes before what is in the ring now.
    private Queue<OverflowSlot>? _settled;

    /// <summary>How many events a reader could take now.</summary>
    public int Count => (_settled?.Count ?? 0) + _count + (_tail?.Count ?? 0);

    /// <summary>Whether events are being coalesced because the reader has not reached the tail yet.</summary>
    public bool IsOverflowing => _tail is not null;

    public bool IsFull => _count >= capacity || _tail is not null;

    /// <summary>Whether the ring is much larger than what it holds.</summary>
    public bool IsOversized => _ring.Length > ComfortableLength * 4;

    /// <summary>Every event ever added, tail slots included. With <see cref="TakenPosition"/> it makes a barrier.</summary>
    public long AddedPosition { get; private set; }

    /// <summary>Every event ever taken or evicted.</summary>
    public long TakenPosition { get; private set; }

    private int ComfortableLength => Math.Max(SmallestRing, _count * 2);

    /// <summary>Adds an event where there is room. A ForceReload always finds room, in the tail if need be.</summary>
    public bool TryAdd(Event item)
    {
        if (!IsFull)
        {
            AddToRing(item);
            return true;
        }

        if (!item.Action.IsForceReload)
        {
            return false;
        }

        SlotFor(item).Original ??= item;
        return true;
    }

    /// <summary>Coalesces an event that did not fit.</summary>
    public void AddToTail(Event item) => SlotFor(item).Dropped++;

    /// <summary>Removes the oldest event that is no ForceReload, to make room.</summary>
    public bool TryEvictOldest()
    {
        for (var i = 0; i < _count; i++)
        {
            if (_ring[Place(i)]!.Action.IsForceReload)
            {
                continue;
            }

            // Close the gap from the front: what is skipped over is nearly always nothing.
            for (var j = i; j > 0; j--)
            {
                _ring[Place(j)] = _ring[Place(j - 1)];
            }

            TakeFromRing();
            return true;
        }

        return false;
    }

    /// <summary>Takes the oldest event.</summary>
    /// <param name="item">The event.</param>
    /// <param name="overflow">What was lost, where the event stands for a loss.</param>
    public bool TryTake(out Event? item, out Overflow? overflow)
    {
        overflow = null;
        if (_settled is null)
        {
            if (_count > 0)
            {
                item = TakeFromRing();
                return true;
            }

            if (_tail is null)
            {
                item = null;
                return false;
            }

            SettleTail();
        }

        item = TakeSettled(out overflow);
        return true;
    }

    /// <summary>Takes the oldest events, at most so many, as an array of exactly their number.</summary>
    public Event[] Take(int most, ref List<Overflow>? overflows)
    {
        var batch = new Event[Math.Min(most, Count)];
        var taken = TakeSettled(batch, ref overflows);
        taken += TakeFromRing(batch.AsSpan(taken));
        if (taken < batch.Length)
        {
            SettleTail();
            TakeSettled(batch.AsSpan(taken), ref overflows);
        }

        return batch;
    }

    /// <summary>Says what was lost and not taken yet; taking it will not say it again.</summary>
    public List<Overflow> TakeUnreportedLosses()
    {
        var losses = new List<Overflow>();
        foreach (var slot in (_settled ?? []).Concat(_tail ?? []).Where(static slot => slot.Dropped > 0 && !slot.IsReported))
        {
            slot.IsReported = true;
            losses.Add(new Overflow(slot.Type, slot.Source, slot.Dropped));
        }

        return losses;
    }

    /// <summary>Gives back memory after a burst.</summary>
    public void Trim()
    {
        if (IsOversized)
        {
            Resize(ComfortableLength);
        }
    }

    /// <summary>Discards everything.</summary>
    /// <returns>How many events a reader would have got.</returns>
    public int Clear()
    {
        var discarded = Count;
        TakenPosition = AddedPosition;
        _ring = [];
        _head = _count = 0;
        _tail = null;
        _settled = null;
        return discarded;
    }

    private int Place(int index)
    {
        var place = _head + index;
        return place < _ring.Length ? place : place - _ring.Length;
    }

    private void AddToRing(Event item)
    {
        if (_count == _ring.Length)
        {
            Resize(Math.Min(capacity, Math.Max(SmallestRing, _ring.Length * 2)));
        }

        _ring[Place(_count)] = item;
        _count++;
        AddedPosition++;
    }

    private Event TakeFromRing()
    {
        var item = _ring[_head]!;
        _ring[_head] = null;
        Advance(1);
        return item;
    }

    private void Advance(int taken)
    {
        _head = Place(taken);
        _count -= taken;
        TakenPosition += taken;
    }

    private int TakeFromRing(Span<Event> target)
    {
        var taken = Math.Min(target.Length, _count);
        var first = Math.Min(taken, _ring.Length - _head);
        _ring.AsSpan(_head, first).CopyTo(target!);
        _ring.AsSpan(_head, first).Clear();
        _ring.AsSpan(0, taken - first).CopyTo(target[first..]!);
        _ring.AsSpan(0, taken - first).Clear();
        Advance(taken);
        return taken;
    }

    private void SettleTail()
    {
        _settled = new Queue<OverflowSlot>(_tail!);
        _tail = null;
    }

    private int TakeSettled(Span<Event> target, ref List<Overflow>? overflows)
    {
        var taken = 0;
        while (_settled is not null && taken < target.Length)
        {
            target[taken++] = TakeSettled(out var overflow);
            if (overflow is not null)
            {
                (overflows ??= []).Add(overflow);
            }
        }

        return taken;
    }

    private Event TakeSettled(out Overflow? overflow)
    {
        var slot = _settled!.Dequeue();
        TakenPosition++;
        if (_settled.Count == 0)
        {
            _settled = null;
        }

        overflow = slot.Dropped == 0 || slot.IsReported ? null : new Overflow(slot.Type, slot.Source, slot.Dropped);
        return slot.Dropped == 0
            ? slot.Original!
            : Event.ForceReload(slot.Type, slot.Source, "overflow: the consumer did not keep up", slot.Dropped, timeProvider.GetUtcNow());
    }

    private OverflowSlot SlotFor(Event item)
    {
        _tail ??= [];
        foreach (var slot in _tail)
        {
            if (slot.Type == item.Type && string.Equals(slot.Source, item.Source, StringComparison.Ordinal))
            {
                return slot;
            }
        }

        var added = new OverflowSlot(item.Type, item.Source);
        _tail.Add(added);
        AddedPosition++;
        return added;
    }

    private void Resize(int length)
    {
        var ring = new Event?[length];
        var first = Math.Min(_count, _ring.Length - _head);
        Array.Copy(_ring, _head, ring, 0, first);
        Array.Copy(_ring, 0, ring, first, _count - first);
        _ring = ring;
        _head = 0;
    }

    private sealed class OverflowSlot(EventType type, string source)
    {
        public EventType Type { get; } = type;

        public string Source { get; } = source;

        /// <summary>The ForceReload that found no room, kept as it is while nothing was lost beside it.</summary>
        public Event? Original { get; set; }

        public long Dropped { get; set; }

        public bool IsReported { get; set; }
    }
}

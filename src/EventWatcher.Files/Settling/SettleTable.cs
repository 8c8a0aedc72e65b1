using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Files;

/// <summary>
/// Decides when enough has been heard of a name to look at it. Knows neither disk nor clock: signs come with their
/// time, and what is due is asked for. Not thread-safe.
/// </summary>
/// <remarks>
/// <code>
///              | Created     Modified        Closed    MovedFrom  MovedTo           Deleted   Attributes  Differs   time
/// (no entry)   | Creating*   Writing*        Settling  Settling   Settling/Writing  Settling  Settling    Settling  -
/// Settling     | Creating*   Writing*        Settling  Settling   Settling/Writing  Settling  Settling    Settling  decide
/// Creating     | Creating    Creating        Settling  Settling   Settling/Writing  Settling  Creating    Creating  decide
/// Writing      | Creating*   Writing         Settling  Settling   Settling/Writing  Settling  Writing     Writing   decide
/// </code>
/// Each sign restarts the settle time, at most <see cref="SettleTimes.Longest"/> in all; Writing waits
/// <see cref="SettleTimes.Open"/> from the last write, without that limit, since only a close says that it is whole.
/// * A name that is known is Writing after Created too, and a name that is not known is Creating after Modified: a file
/// that nobody knows is reported soon, one that is known is reported whole. Settling/Writing: Writing where what was
/// moved here was being written.
/// </remarks>
internal sealed class SettleTable<TKey>(SettleTimes times)
    where TKey : struct, IEquatable<TKey>
{
    private readonly Dictionary<TKey, PendingName<TKey>> _names = [];
    private readonly PriorityQueue<TKey, long> _order = new();
    private readonly Dictionary<uint, TKey> _moves = [];

    public int Count => _names.Count;

    public ICollection<TKey> Names => _names.Keys;

    /// <summary>Hears a sign of a name.</summary>
    /// <param name="key">The name.</param>
    /// <param name="sign">The sign.</param>
    /// <param name="now">When it is heard.</param>
    /// <param name="isKnown">Whether the name has been reported, or is to be reported only when it is whole.</param>
    /// <param name="cookie">Joins the halves of a move.</param>
    public void Hear(TKey key, NameSign sign, long now, bool isKnown, uint cookie = 0)
    {
        if (!_names.TryGetValue(key, out var name))
        {
            name = new PendingName<TKey> { Due = long.MaxValue };
            _names.Add(key, name);
        }

        switch (sign)
        {
            case NameSign.Created:
                Replace(key, name);
                name.IsFresh = true;
                name.Phase = isKnown ? SettlePhase.Settling : SettlePhase.Creating;
                break;
            case NameSign.Modified:
                name.IsWritten = true;
                name.IsOpen = true;
                name.Phase = name.Phase == SettlePhase.Creating || !isKnown ? SettlePhase.Creating : SettlePhase.Writing;
                break;
            case NameSign.Closed:
                name.IsFresh = false;
                name.IsOpen = false;
                name.Phase = SettlePhase.Settling;
                break;
            case NameSign.MovedFrom:
                MoveAway(key, name, cookie);
                break;
            case NameSign.MovedTo:
                MoveHere(key, name, cookie, isKnown);
                break;
            case NameSign.Deleted:
                Replace(key, name);
                break;
            default:
                break;
        }

        Schedule(key, name, now);
    }

    /// <summary>Makes a name wait for its close: what was found is not whole yet.</summary>
    public void AwaitClose(TKey key, PendingName<TKey> name, long now)
    {
        _names.TryAdd(key, name);
        name.Phase = SettlePhase.Writing;
        name.IsFresh = false;
        Schedule(key, name, now);
    }

    /// <summary>Puts a name that was due back, to be decided with, or after, another.</summary>
    public void Postpone(TKey key, PendingName<TKey> name, long due)
    {
        _names.TryAdd(key, name);
        name.Due = due;
        _order.Enqueue(key, due);
    }

    public bool TryGet(TKey key, [NotNullWhen(true)] out PendingName<TKey>? name) => _names.TryGetValue(key, out name);

    /// <summary>Takes a name out, decided or forgotten.</summary>
    public bool Take(TKey key, [NotNullWhen(true)] out PendingName<TKey>? name)
    {
        if (!_names.Remove(key, out name))
        {
            return false;
        }

        if (name.Cookie != 0)
        {
            _moves.Remove(name.Cookie);
        }

        return true;
    }

    /// <summary>Gets when to ask again; null for never.</summary>
    public long? NextDue()
    {
        while (_order.TryPeek(out var key, out var due))
        {
            if (_names.TryGetValue(key, out var name) && name.Due <= due)
            {
                return due;
            }

            // Decided already, or put off: an entry is moved when it is met, not with each sign.
            _order.Dequeue();
            if (name is not null)
            {
                _order.Enqueue(key, name.Due);
            }
        }

        return null;
    }

    /// <summary>Takes the next name that is due.</summary>
    public bool TryTakeDue(long now, out TKey key, [NotNullWhen(true)] out PendingName<TKey>? name)
    {
        key = default;
        name = null;
        if (NextDue() is not { } due || due > now)
        {
            return false;
        }

        key = _order.Dequeue();
        return Take(key, out name);
    }

    /// <summary>Closes may not have been heard: nothing is known to be written to any more.</summary>
    /// <param name="concerned">Which names.</param>
    public void ForgetWriters(Predicate<TKey> concerned)
    {
        foreach (var (key, name) in _names)
        {
            if (concerned(key))
            {
                name.IsOpen = false;
                name.IsFresh = false;
            }
        }
    }

    private void Schedule(TKey key, PendingName<TKey> name, long now)
    {
        long due;
        if (name.Phase == SettlePhase.Writing)
        {
            due = now + times.Open;
        }
        else
        {
            var since = name.Since ??= now;
            due = Math.Max(now, Math.Min(now + times.Settle, since + times.Longest));
        }

        // An entry in the queue stands for its name until it is met; only an earlier time needs another.
        if (due < name.Due)
        {
            _order.Enqueue(key, due);
        }

        name.Due = due;
    }

    /// <summary>What was here is here no more.</summary>
    private void Replace(TKey key, PendingName<TKey> name)
    {
        name.IsFresh = false;
        name.IsOpen = false;
        name.IsWritten = false;
        name.Phase = SettlePhase.Settling;
        if (name.Origin is { } origin && _names.TryGetValue(origin, out var from) && from.Destination is { } to && to.Equals(key))
        {
            from.Destination = null;
        }

        name.Origin = null;
    }

    private void MoveAway(TKey key, PendingName<TKey> name, uint cookie)
    {
        name.Cookie = cookie;
        if (cookie != 0)
        {
            _moves[cookie] = key;
        }

        // The flags stay until the other half has taken them along.
        name.Phase = SettlePhase.Settling;
    }

    private void MoveHere(TKey key, PendingName<TKey> name, uint cookie, bool isKnown)
    {
        Replace(key, name);
        if (cookie == 0 || !_moves.Remove(cookie, out var source) || !_names.TryGetValue(source, out var from))
        {
            return;
        }

        from.Cookie = 0;
        name.IsWritten = from.IsWritten;
        name.IsFresh = from.IsFresh;
        if (from.IsOpen)
        {
            name.IsOpen = true;
            name.Phase = isKnown ? SettlePhase.Writing : SettlePhase.Creating;
        }

        var origin = from.Origin ?? source;
        Replace(source, from);
        if (origin.Equals(key))
        {
            // There and back, or two that exchanged their names: the signs are the same. Who has which open is not known.
            name.IsOpen = false;
            name.IsFresh = false;
            return;
        }

        name.Origin = origin;
        if (_names.TryGetValue(origin, out var first))
        {
            first.Destination = key;
        }
    }
}

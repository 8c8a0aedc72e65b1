using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>
/// Which targets a watch concerns. Almost every watch has one, in 8 bytes: a recursive tree has hundreds of thousands.
/// Not thread-safe.
/// </summary>
internal sealed class WatchTable
{
    private readonly Dictionary<int, Slot> _slots = [];
    private readonly Dictionary<int, (IFileEventTarget Target, int Token)[]> _shared = [];
    private readonly Dictionary<IFileEventTarget, int> _ids = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, int> _uses = [];
    private readonly Dictionary<int, IFileEventTarget> _targets = [];
    private int _lastId;

    public int Count => _slots.Count;

    public bool Contains(int watch) => _slots.ContainsKey(watch);

    public IFileEventTarget[] Targets() => [.. _targets.Values];

    public void Add(int watch, IFileEventTarget target, int token)
    {
        if (!_slots.TryGetValue(watch, out var slot))
        {
            _slots.Add(watch, new Slot(Use(target), token));
            return;
        }

        (IFileEventTarget Target, int Token)[] present = slot.IsShared ? _shared[watch] : [(_targets[slot.Target], slot.Token)];
        if (present.Contains((target, token)))
        {
            return;
        }

        Use(target);
        _shared[watch] = [.. present, (target, token)];
        _slots[watch] = Slot.Shared;
    }

    /// <summary>Removes one; true where the watch has nobody left.</summary>
    public bool Remove(int watch, IFileEventTarget target, int token)
    {
        if (!_slots.TryGetValue(watch, out var slot))
        {
            return false;
        }

        if (!slot.IsShared)
        {
            if (slot.Token != token || !ReferenceEquals(_targets[slot.Target], target))
            {
                return false;
            }

            _slots.Remove(watch);
            Unuse(target);
            return true;
        }

        var present = _shared[watch];
        (IFileEventTarget Target, int Token)[] left = [.. present.Where(one => one.Token != token || !ReferenceEquals(one.Target, target))];
        for (var i = left.Length; i < present.Length; i++)
        {
            Unuse(target);
        }

        Put(watch, left);
        return left.Length == 0;
    }

    /// <summary>Removes a target from everywhere.</summary>
    /// <returns>The watches that have nobody left.</returns>
    public List<int> RemoveAll(IFileEventTarget target)
    {
        var ended = new List<int>();
        if (!_ids.TryGetValue(target, out var id))
        {
            return ended;
        }

        foreach (var (watch, slot) in _slots.ToArray())
        {
            if (!slot.IsShared)
            {
                if (slot.Target == id)
                {
                    _slots.Remove(watch);
                    ended.Add(watch);
                }

                continue;
            }

            (IFileEventTarget Target, int Token)[] left = [.. _shared[watch].Where(one => !ReferenceEquals(one.Target, target))];
            Put(watch, left);
            if (left.Length == 0)
            {
                ended.Add(watch);
            }
        }

        Forget(target, id);
        return ended;
    }

    public bool TryGet(int watch, out IFileEventTarget? target, out int token, out (IFileEventTarget Target, int Token)[]? several)
    {
        target = null;
        token = 0;
        several = null;
        if (!_slots.TryGetValue(watch, out var slot))
        {
            return false;
        }

        if (slot.IsShared)
        {
            several = _shared[watch];
        }
        else
        {
            target = _targets[slot.Target];
            token = slot.Token;
        }

        return true;
    }

    /// <summary>Gives and forgets a watch that the kernel has ended.</summary>
    public bool Take(int watch, out IFileEventTarget? target, out int token, out (IFileEventTarget Target, int Token)[]? several)
    {
        if (!TryGet(watch, out target, out token, out several))
        {
            return false;
        }

        _slots.Remove(watch);
        _shared.Remove(watch);
        if (several is null)
        {
            Unuse(target!);
        }
        else
        {
            foreach (var one in several)
            {
                Unuse(one.Target);
            }
        }

        return true;
    }

    private void Put(int watch, (IFileEventTarget Target, int Token)[] left)
    {
        if (left.Length > 1)
        {
            _shared[watch] = left;
            return;
        }

        _shared.Remove(watch);
        if (left.Length == 0)
        {
            _slots.Remove(watch);
        }
        else
        {
            _slots[watch] = new Slot(_ids[left[0].Target], left[0].Token);
        }
    }

    private int Use(IFileEventTarget target)
    {
        if (!_ids.TryGetValue(target, out var id))
        {
            id = ++_lastId;
            _ids.Add(target, id);
            _targets.Add(id, target);
        }

        _uses[id] = _uses.GetValueOrDefault(id) + 1;
        return id;
    }

    private void Unuse(IFileEventTarget target)
    {
        if (_ids.TryGetValue(target, out var id) && --_uses[id] == 0)
        {
            Forget(target, id);
        }
    }

    private void Forget(IFileEventTarget target, int id)
    {
        _ids.Remove(target);
        _targets.Remove(id);
        _uses.Remove(id);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Slot(int target, int token)
    {
        public static Slot Shared => new(-1, 0);

        public int Target { get; } = target;

        public int Token { get; } = token;

        public bool IsShared => Target < 0;
    }
}

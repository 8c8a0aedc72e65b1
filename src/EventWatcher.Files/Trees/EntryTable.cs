using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Files;

/// <summary>The known files of one directory: an array while they are few, which they mostly are. Not thread-safe.</summary>
internal sealed class EntryTable
{
    private const int MostInArray = 16;

    private KnownEntry[] _few = [];
    private Dictionary<string, KnownEntry>? _many;
    private int _count;

    public int Count => _many?.Count ?? _count;

    public bool TryGet(string name, out FileStamp stamp)
    {
        if (_many is not null)
        {
            var isThere = _many.TryGetValue(name, out var found);
            stamp = found.Stamp;
            return isThere;
        }

        var place = IndexOf(name);
        stamp = place < 0 ? FileStamp.Missing : _few[place].Stamp;
        return place >= 0;
    }

    public void Set(string name, in FileStamp stamp)
    {
        if (_many is not null)
        {
            _many[name] = new KnownEntry(name, stamp);
            return;
        }

        var place = IndexOf(name);
        if (place < 0 && _count == MostInArray)
        {
            _many = _few.Take(_count).ToDictionary(static entry => entry.Name, StringComparer.Ordinal);
            _many[name] = new KnownEntry(name, stamp);
            _few = [];
            return;
        }

        if (place < 0)
        {
            if (_count == _few.Length)
            {
                Array.Resize(ref _few, _count + Math.Max(1, _count / 2));
            }

            place = _count++;
        }

        _few[place] = new KnownEntry(name, stamp);
    }

    public bool Remove(string name)
    {
        if (_many is not null)
        {
            return _many.Remove(name);
        }

        var place = IndexOf(name);
        if (place < 0)
        {
            return false;
        }

        _few[place] = _few[--_count];
        _few[_count] = default;
        return true;
    }

    [SuppressMessage("Style", "IDE0305:Simplify collection initialization", Justification = "Of two kinds of source.")]
    public IReadOnlyCollection<KnownEntry> ToList() => _many is not null ? _many.Values : _few.Take(_count).ToList();

    private int IndexOf(string name)
    {
        for (var i = 0; i < _count; i++)
        {
            if (string.Equals(_few[i].Name, name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}

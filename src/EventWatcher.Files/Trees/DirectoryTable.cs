namespace EventWatcher.Files;

/// <summary>
/// The directories of a tree, as rows instead of objects: a tree has hundreds of thousands. A row keeps its number when
/// the directory is renamed, so that its watch and all below it go along. Row 0 is the root. Not thread-safe.
/// </summary>
internal sealed class DirectoryTable
{
    public const int Root = 0;
    public const int None = -1;

    private const int FirstSize = 4;
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<DirectoryRow[]> _rows = [];
    private readonly List<EntryTable?[]> _entries = [];
    private readonly Stack<int> _free = new();
    private readonly List<int> _freed = [];
    private NamePool _names = new();
    private int _used;
    private int _nameBytes;
    private int[] _buckets = NewBuckets(FirstSize);

    public DirectoryTable() => Add(None, "");

    /// <summary>Gets how many directories there are, the root among them.</summary>
    public int Count { get; private set; }

    public ref DirectoryRow this[int row] => ref _rows[row >> ChunkBits][row & (ChunkSize - 1)];

    /// <summary>Gets the known files of a directory; null where there are none.</summary>
    public ref EntryTable? Entries(int row) => ref _entries[row >> ChunkBits][row & (ChunkSize - 1)];

    public bool IsLive(int row) => row >= 0 && row < _used && (this[row].Marks & DirectoryMarks.Live) != DirectoryMarks.None;

    public bool Has(int row, DirectoryMarks mark) => (this[row].Marks & mark) != DirectoryMarks.None;

    public void Mark(int row, DirectoryMarks mark, bool on = true) => this[row].Marks = on ? this[row].Marks | mark : this[row].Marks & ~mark;

    public TreeKey Key(int row, string name) => new(row, this[row].Generation, name);

    public bool IsValid(in TreeKey key) => IsLive(key.Directory) && this[key.Directory].Generation == key.Generation;

    public string Name(int row) => PathBytes.ToText(_names.Get(this[row].NameOffset, this[row].NameLength));

    /// <summary>Gets the path of a directory below the root; empty for the root.</summary>
    public string PathOf(int row)
    {
        if (row == Root)
        {
            return "";
        }

        var parent = this[row].Parent;
        return parent == Root ? Name(row) : PathOf(parent) + "/" + Name(row);
    }

    public int Find(int parent, string name)
    {
        var bytes = PathBytes.ToBytes(name, stackalloc byte[512])[..^1];
        for (var row = _buckets[Bucket(parent, bytes)]; row >= 0; row = this[row].HashNext)
        {
            ref var found = ref this[row];
            if (found.Parent == parent && _names.Get(found.NameOffset, found.NameLength).SequenceEqual(bytes))
            {
                return row;
            }
        }

        return None;
    }

    public int Add(int parent, string name)
    {
        if (Count > _buckets.Length)
        {
            Rehash(_buckets.Length * 2);
        }

        if (!_free.TryPop(out var row))
        {
            row = _used++;
            Grow(row);
        }

        this[row] = new DirectoryRow { FirstChild = None, Generation = this[row].Generation, Marks = DirectoryMarks.Live };
        Count++;
        Link(row, parent, name);
        return row;
    }

    /// <summary>Gives a directory another parent and name; all below it goes along.</summary>
    public void Move(int row, int parent, string name)
    {
        Unlink(row);
        Link(row, parent, name);
    }

    /// <summary>Tells whether a directory is another or below it.</summary>
    public bool IsWithin(int row, int ancestor)
    {
        while (row != None && row != ancestor)
        {
            row = this[row].Parent;
        }

        return row == ancestor;
    }

    /// <summary>Removes a directory that has no children left.</summary>
    public void Remove(int row)
    {
        Unlink(row);
        this[row].Marks = DirectoryMarks.None;
        this[row].Generation++;
        Entries(row) = null;
        Count--;
        _freed.Add(row);
    }

    /// <summary>Lets removed rows be used again: no sign of theirs is on its way any more.</summary>
    public void Recycle()
    {
        foreach (var row in _freed)
        {
            _free.Push(row);
        }

        _freed.Clear();
        if (_names.Length > 1 << 20 && _names.Length > _nameBytes * 3L)
        {
            Compact();
        }
    }

    public List<int> Children(int row)
    {
        var children = new List<int>();
        for (var child = this[row].FirstChild; child >= 0; child = this[child].Next)
        {
            children.Add(child);
        }

        return children;
    }

    /// <summary>Gets a directory and all below it, children before their parents.</summary>
    public List<int> Subtree(int row)
    {
        var all = new List<int> { row };
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(Children(all[i]));
        }

        all.Reverse();
        return all;
    }

    private static int[] NewBuckets(int count)
    {
        var buckets = new int[count];
        Array.Fill(buckets, None);
        return buckets;
    }

    /// <summary>The first chunk grows, since most watchers know one directory; the others are whole.</summary>
    private void Grow(int row)
    {
        var chunk = row >> ChunkBits;
        if (chunk >= _rows.Count)
        {
            var size = chunk == 0 ? FirstSize : ChunkSize;
            _rows.Add(new DirectoryRow[size]);
            _entries.Add(new EntryTable?[size]);
        }
        else if (chunk == 0 && row >= _rows[0].Length)
        {
            var (rows, entries) = (_rows[0], _entries[0]);
            Array.Resize(ref rows, rows.Length * 2);
            Array.Resize(ref entries, entries.Length * 2);
            (_rows[0], _entries[0]) = (rows, entries);
        }
    }

    private void Link(int row, int parent, string name)
    {
        var bytes = PathBytes.ToBytes(name, stackalloc byte[512])[..^1];
        ref var added = ref this[row];
        added.Parent = parent;
        added.NameOffset = _names.Add(bytes);
        added.NameLength = (byte)bytes.Length;
        _nameBytes += bytes.Length;
        var bucket = Bucket(parent, bytes);
        added.HashNext = _buckets[bucket];
        _buckets[bucket] = row;
        added.Previous = None;
        added.Next = None;
        if (parent >= 0)
        {
            added.Next = this[parent].FirstChild;
            this[parent].FirstChild = row;
            if (added.Next >= 0)
            {
                this[added.Next].Previous = row;
            }
        }
    }

    private void Unlink(int row)
    {
        ref var gone = ref this[row];
        _nameBytes -= gone.NameLength;
        ref var place = ref _buckets[Bucket(gone.Parent, _names.Get(gone.NameOffset, gone.NameLength))];
        while (place != row)
        {
            place = ref this[place].HashNext;
        }

        place = gone.HashNext;
        if (gone.Next >= 0)
        {
            this[gone.Next].Previous = gone.Previous;
        }

        if (gone.Previous >= 0)
        {
            this[gone.Previous].Next = gone.Next;
        }
        else if (gone.Parent >= 0)
        {
            this[gone.Parent].FirstChild = gone.Next;
        }
    }

    private int Bucket(int parent, ReadOnlySpan<byte> name)
    {
        var hash = default(HashCode);
        hash.Add(parent);
        hash.AddBytes(name);
        return hash.ToHashCode() & (_buckets.Length - 1);
    }

    private void Rehash(int size)
    {
        _buckets = NewBuckets(size);
        for (var row = 0; row < _used; row++)
        {
            ref var live = ref this[row];
            if ((live.Marks & DirectoryMarks.Live) != DirectoryMarks.None)
            {
                var bucket = Bucket(live.Parent, _names.Get(live.NameOffset, live.NameLength));
                live.HashNext = _buckets[bucket];
                _buckets[bucket] = row;
            }
        }
    }

    private void Compact()
    {
        var names = new NamePool();
        for (var row = 0; row < _used; row++)
        {
            ref var live = ref this[row];
            if ((live.Marks & DirectoryMarks.Live) != DirectoryMarks.None)
            {
                live.NameOffset = names.Add(_names.Get(live.NameOffset, live.NameLength));
            }
        }

        _names = names;
    }
}

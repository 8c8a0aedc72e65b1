namespace EventWatcher.Files;

/// <summary>Watches a directory, or a tree of them.</summary>
internal sealed partial class TreeLoop : WatchLoop
{
    private const string RootName = ".";

    private readonly string _root;
    private readonly bool _isRecursive;
    private readonly TreeFilter _filter;
    private readonly DirectoryTable _directories = new();
    private readonly SettleTable<TreeKey> _settling;
    private readonly PathWatch _rootPath;
    private readonly Dictionary<uint, int> _moving = [];

    // Directories that have another place than the one they were reported at, with that one.
    private readonly Dictionary<int, TreeKey> _rehomed = [];
    private bool _isRootReported;

    public TreeLoop(LoopContext context, string root, DirectoryWatcherOptions options)
        : base(context)
    {
        _root = root;
        _isRecursive = options.Recursive;
        _filter = new TreeFilter(options);
        _settling = new SettleTable<TreeKey>(Times);
        _rootPath = new PathWatch(root, source: null, Inbox, entersTarget: true);
    }

    private TreeKey RootKey => _directories.Key(DirectoryTable.Root, "");

    /// <summary>Gets how many directories are known, for tests.</summary>
    internal int DirectoryCount => _directories.Count;

    public override void OnSignal(int watch, int token, FileSignals signals, uint cookie, ReadOnlySpan<byte> name) =>
        Inbox.Put(new InboxItem(InboxKind.Signal, Subject: null, watch, token, signals, cookie, name.IsEmpty ? null : PathBytes.ToText(name)));

    protected override void Begin()
    {
        Context.Output.OnOverflowRead(() => Volatile.Write(ref _reloadReadAt, Context.Time.GetTimestamp()));
        _rootPath.Source = Source;
        if (Context.Options.Polling == FilePolling.Automatic && Source is not null && SilentFileSystems.Holds(_root))
        {
            _isEverythingPolled = true;
            Poll(everything: true);
        }

        LocateRoot(isFirst: true);
        _isRootReported = _directories[DirectoryTable.Root].Watch != 0;
        _isReady = true;
        Log.Watching(Logger, Context.Name, _directories.Count, 0);
    }

    protected override void End()
    {
        _rootPath.Stop();
        foreach (var link in _links.Values)
        {
            link.Stop();
        }

        Source?.Leave(this);
    }

    protected override void Work(in InboxItem item)
    {
        switch (item.Kind)
        {
            case InboxKind.Path when ReferenceEquals(item.Subject, _rootPath):
                LocateRoot(isFirst: false);
                break;
            case InboxKind.Path:
                LookAtLink((PathWatch)item.Subject!, item);
                break;
            case InboxKind.Mounts:
                LookAtMounts((IReadOnlyList<string>)item.Subject!);
                break;
            default:
                Hear(item);
                break;
        }
    }

    protected override void Compare()
    {
        _moving.Clear();
        _settling.ForgetWriters(static _ => true);
        LocateRoot(isFirst: false, compares: true);
        foreach (var (key, link) in _links)
        {
            if (_directories.IsValid(key))
            {
                RefreshLink(key, link);
            }
        }

        Log.Rescanned(Logger, Context.Name);
    }

    protected override void LookAtPolled()
    {
        if (Source is null || _isEverythingPolled)
        {
            LocateRoot(isFirst: false, compares: true);
            ForgetContents();
            return;
        }

        ScanPolled();
        ForgetContents();
    }

    private void ScanPolled()
    {
        foreach (var row in _polled.ToArray())
        {
            if (_directories.IsLive(row) && _directories.Has(row, DirectoryMarks.Polled))
            {
                Scan(row, ScanMode.Compare);
            }
            else
            {
                _polled.Remove(row);
            }
        }
    }

    protected override void Idle()
    {
        // The other half of a move comes at once or, where it led away, never.
        _moving.Clear();
        _directories.Recycle();
    }

    private string Absolute(string path) => path.Length == 0 ? _root : PathResolver.Join(_root, path);

    /// <summary>Gets the path by which a directory is known to those who were told of it.</summary>
    private string PathAsReported(int row)
    {
        if (row == DirectoryTable.Root)
        {
            return "";
        }

        var (parent, name) = _rehomed.TryGetValue(row, out var at) && _directories.IsValid(at)
            ? (at.Directory, at.Name)
            : (_directories[row].Parent, _directories.Name(row));
        return PathAsReported(parent) is { Length: > 0 } directory ? directory + "/" + name : name;
    }

    private string PathOf(int row, string name)
    {
        var directory = _directories.PathOf(row);
        return directory.Length == 0 ? name : directory + "/" + name;
    }

    private string PathOf(in TreeKey key) => PathOf(key.Directory, key.Name);

    private bool Wants(int row, string name, bool isDirectory) => _filter.Wants(name, isDirectory, () => _directories.PathOf(row));

    /// <summary>Finds the root, or where it is gone, says so after the settle time.</summary>
    private void LocateRoot(bool isFirst, bool compares = false)
    {
        _rootPath.Refresh();
        ref var row = ref _directories[DirectoryTable.Root];
        var before = row.Watch;
        var isThere = _rootPath.Resolved.Stamp.IsDirectory;
        if (isThere)
        {
            Enter(DirectoryTable.Root, isFirst ? ScanMode.Baseline : ScanMode.Compare, always: compares);
            isThere = _directories[DirectoryTable.Root].Watch != 0;
        }

        if (!isThere && before != 0)
        {
            Unwatch(DirectoryTable.Root);
        }

        if (!isFirst && isThere != _isRootReported)
        {
            _settling.Hear(RootKey, NameSign.Differs, Now, isKnown: true);
        }
    }

    private void LookAtMounts(IReadOnlyList<string> mounts)
    {
        // By the path that was given and by where that really leads: mounts know only the second.
        var target = _rootPath.Resolved.Target ?? _root;
        foreach (var mount in mounts)
        {
            if (PathResolver.IsWithin(_root, mount) || _rootPath.IsConcernedBy(mount))
            {
                LocateRoot(isFirst: false, compares: true);
            }
            else if (_isRecursive && PathResolver.IsWithin(mount, target))
            {
                // A directory of the tree is another now, or was.
                var row = DirectoryTable.Root;
                foreach (var part in mount[target.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
                {
                    row = _directories.Find(row, part);
                    if (row < 0)
                    {
                        break;
                    }
                }

                if (row > 0)
                {
                    Enter(row, ScanMode.Compare, always: true);
                }
            }

            RefreshLinks(link => link.IsConcernedBy(mount));
        }
    }

    private void Hear(in InboxItem item)
    {
        var row = item.Token;
        if (!_directories.IsLive(row) || _directories[row].Watch != item.Watch)
        {
            return;
        }

        var isDirectory = (item.Signals & FileSignals.IsDirectory) != FileSignals.None;
        if (item.Name is not { } name)
        {
            HearSelf(row, item.Signals);
            return;
        }

        var child = _directories.Find(row, name);
        isDirectory |= child >= 0 && (item.Signals & FileSignals.Delete) != FileSignals.None;
        if (!Wants(row, name, isDirectory))
        {
            return;
        }

        if (isDirectory)
        {
            HearDirectory(row, name, child, item);
            return;
        }

        var isKnown = _directories.Entries(row)?.TryGet(name, out _) == true;
        var key = _directories.Key(row, name);
        foreach (var (signal, sign) in NameSigns.All)
        {
            if ((item.Signals & signal) != FileSignals.None)
            {
                _settling.Hear(key, sign, Now, isKnown, item.Cookie);
            }
        }
    }

    private void HearSelf(int row, FileSignals signals)
    {
        if ((signals & FileSignals.Ignored) != FileSignals.None)
        {
            _directories[row].Watch = 0;
        }

        if ((signals & FileSignals.Self) == FileSignals.None)
        {
            return;
        }

        if (row == DirectoryTable.Root)
        {
            LocateRoot(isFirst: false);
        }
        else if ((signals & (FileSignals.Ignored | FileSignals.Unmount)) != FileSignals.None)
        {
            _settling.Hear(KeyOf(row), NameSign.Differs, Now, isKnown: true);
        }
    }

    private TreeKey KeyOf(int row) => row == DirectoryTable.Root ? RootKey : _directories.Key(_directories[row].Parent, _directories.Name(row));

    private void HearDirectory(int row, string name, int child, in InboxItem item)
    {
        var key = _directories.Key(row, name);
        var isKnown = child >= 0 && _directories.Has(child, DirectoryMarks.Reported);
        var signals = item.Signals;
        if ((signals & FileSignals.MovedFrom) != FileSignals.None)
        {
            if (child >= 0)
            {
                _moving[item.Cookie] = child;
            }

            _settling.Hear(key, NameSign.MovedFrom, Now, isKnown, item.Cookie);
        }
        else if ((signals & FileSignals.MovedTo) != FileSignals.None)
        {
            _settling.Hear(key, NameSign.MovedTo, Now, isKnown, item.Cookie);
            var isRehomed = _moving.Remove(item.Cookie, out var moved) && !_filter.DependsOnPath && _directories.IsLive(moved) && !_directories.IsWithin(row, moved);
            if (isRehomed)
            {
                Rehome(moved, row, name);
            }

            Find(row, name, lists: !isRehomed);
        }
        else if ((signals & FileSignals.Create) != FileSignals.None)
        {
            // Not as created: nobody writes to a directory, and closes it.
            _settling.Hear(key, NameSign.MovedTo, Now, isKnown);
            Find(row, name, lists: true);
        }
        else if ((signals & FileSignals.Delete) != FileSignals.None)
        {
            _settling.Hear(key, NameSign.Deleted, Now, isKnown);
        }
        else if ((signals & FileSignals.Attrib) != FileSignals.None && child >= 0 && _directories.Has(child, DirectoryMarks.Unreadable))
        {
            Enter(child, ScanMode.Compare, always: true);
        }
    }

    /// <summary>A directory has come, or another one in its place.</summary>
    private void Find(int row, string name, bool lists)
    {
        var child = _directories.Find(row, name);
        child = child >= 0 ? child : _directories.Add(row, name);
        if (_isRecursive)
        {
            Enter(child, ScanMode.Compare, always: lists);
        }
    }

    /// <summary>A directory has another place in the tree; all that is known of it goes along.</summary>
    private void Rehome(int moved, int parent, string name)
    {
        var present = _directories.Find(parent, name);
        if (present == moved)
        {
            return;
        }

        if (present >= 0)
        {
            // Only an empty directory can be replaced by a rename: what is still known of it is gone.
            DecideParents(parent);
            RemoveTree(present);
            if (!_directories.IsLive(moved) || !_directories.IsLive(parent))
            {
                return;
            }
        }

        var left = KeyOf(moved);
        if (_directories.Has(moved, DirectoryMarks.Reported))
        {
            _rehomed.TryAdd(moved, left);
        }

        _directories.Move(moved, parent, name);

        // What has its old name now, if two exchanged theirs, may have been looked for before it was known to have left.
        _settling.Hear(left, NameSign.Differs, Now, isKnown: true);
        RefreshLinks(link => link.Owner is { } key && _directories.IsWithin(key.Directory, moved));
        if (_directories.Subtree(moved).Exists(row => _directories.Has(row, DirectoryMarks.Touched)))
        {
            // The rename may have overtaken what was looked at: then it was looked for at the old path, in vain or in
            // another directory.
            Enter(moved, ScanMode.Compare, always: true);
        }
    }
}

namespace EventWatcher.Files;

// Watches directories, then lists them: what is created in between is found by one of both.
internal sealed partial class TreeLoop
{
    private const int NoEntry = 2;
    private const int NoMemory = 12;
    private const int NotDirectory = 20;
    private const int NoSpace = 28;
    private const int LinkLoop = 40;

    private readonly Dictionary<TreeKey, PathWatch> _links = [];
    private readonly HashSet<int> _polled = [];
    private readonly List<ListedEntry> _listed = [];
    private readonly Stack<(int Row, bool Always)> _toEnter = new();
    private bool _isEverythingPolled;
    private bool _isReady;

    /// <summary>Watches a directory and, where it is recursive, all below it, and lists what it newly watches.</summary>
    /// <param name="row">The directory.</param>
    /// <param name="mode">What is made of what is found.</param>
    /// <param name="always">Whether what is watched already is listed too.</param>
    private void Enter(int row, ScanMode mode, bool always)
    {
        _toEnter.Push((row, always));
        while (_toEnter.TryPop(out var next))
        {
            Stopping.ThrowIfCancellationRequested();
            if (mode == ScanMode.Baseline && _toEnter.Count >= ManyDirectories)
            {
                _toEnter.Push(next);
                EnterTogether();
            }
            else if (Watch(next.Row) || next.Always)
            {
                List(next.Row, mode, next.Always);
            }
        }
    }

    private void Scan(int row, ScanMode mode)
    {
        List(row, mode, always: true);
        while (_toEnter.TryPop(out var next))
        {
            if (Watch(next.Row) || next.Always)
            {
                List(next.Row, mode, next.Always);
            }
        }
    }

    /// <summary>Watches a directory; true where it was not watched before.</summary>
    private bool Watch(int row) => TakeWatch(row, AddWatch(row, Absolute(_directories.PathOf(row))));

    private int AddWatch(int row, string path)
    {
        var follow = row == DirectoryTable.Root ? FileSignals.None : FileSignals.DontFollow;
        return Source?.Add(path, FileSignals.Contents | FileSignals.OnlyDirectory | follow, this, row) ?? 0;
    }

    /// <summary>Takes what the source answered into the tables.</summary>
    private bool TakeWatch(int row, int watch)
    {
        var before = _directories[row].Watch;
        if (Source is null)
        {
            _directories[row].Watch = -1;
            return before == 0;
        }

        if (watch == before)
        {
            return false;
        }

        if (-watch is NoEntry or NotDirectory or LinkLoop)
        {
            // Gone, or moved on: its own watch, or its parent's, says what became of it. What is watched may be another
            // directory by then, which shows once there is something again at its path.
            _directories.Mark(row, DirectoryMarks.Touched);
            return false;
        }

        if (before > 0)
        {
            Source.Remove(before, this, row);
            _settling.ForgetWriters(key => key.Directory == row);
        }

        _directories[row].Watch = watch > 0 ? watch : 0;
        if (watch > 0)
        {
            _directories.Mark(row, DirectoryMarks.Polled, on: false);
            if (_isReady)
            {
                _directories.Mark(row, DirectoryMarks.Touched | DirectoryMarks.Another);
            }

            return true;
        }

        switch (-watch)
        {
            case NoSpace or NoMemory:
                SayLimit(-watch, _directories.Count);
                PollRow(row);
                FilesTelemetry.WatchRefused();
                return true;
            default:
                SayUnreadable(row);
                PollRow(row);
                return true;
        }
    }

    private void PollRow(int row)
    {
        // Negative: it is there, and nobody tells of it.
        _directories[row].Watch = -1;
        _directories.Mark(row, DirectoryMarks.Polled);
        _polled.Add(row);
        Poll(everything: false, Absolute(_directories.PathOf(row)));
    }

    private void Unwatch(int row)
    {
        var watch = _directories[row].Watch;
        if (watch > 0)
        {
            Source?.Remove(watch, this, row);
        }

        _directories[row].Watch = 0;
        _polled.Remove(row);
    }

    private void SayUnreadable(int row)
    {
        if (_directories.Has(row, DirectoryMarks.Unreadable))
        {
            return;
        }

        _directories.Mark(row, DirectoryMarks.Unreadable);
        var path = Absolute(_directories.PathOf(row));
        Log.Unreadable(Logger, Context.Name, path);
        Output.ReportError(new FileUnreadableException(Context.Name, PathBytes.Show(path), "what is in it is not reported"));
    }

    private void List(int row, ScanMode mode, bool always)
    {
        _listed.Clear();
        var directory = _directories.PathOf(row);
        TakeList(row, FileSystemView.List(Absolute(directory), _listed, WantedIn(directory)), _listed, mode, always);
    }

    private FileSystemView.NameTest WantedIn(string directory) =>
        (name, kind) => _filter.Wants(name, kind == EntryKind.Directory, () => directory);

    /// <summary>Takes what was listed into the tables.</summary>
    private void TakeList(int row, bool isListed, List<ListedEntry> listed, ScanMode mode, bool always)
    {
        FilesTelemetry.DirectoryScanned();
        if (!isListed)
        {
            if (FileSystemView.Stat(Absolute(_directories.PathOf(row)), follow: row == DirectoryTable.Root).IsDirectory)
            {
                SayUnreadable(row);
            }
            else if (row != DirectoryTable.Root)
            {
                _settling.Hear(KeyOf(row), NameSign.Differs, Now, isKnown: true);
            }

            return;
        }

        _directories.Mark(row, DirectoryMarks.Unreadable, on: false);
        var now = Now;
        foreach (var entry in listed)
        {
            if (entry.Stamp.IsDirectory)
            {
                FindDirectory(row, entry.Name, mode, always, now);
            }
            else
            {
                FindFile(row, entry, mode, now);
            }
        }

        if (mode == ScanMode.Compare)
        {
            MissWhatIsGone(row, listed, now);
        }
    }

    private void FindDirectory(int row, string name, ScanMode mode, bool always, long now)
    {
        var child = _directories.Find(row, name);
        var isNew = child < 0;
        if (isNew)
        {
            child = _directories.Add(row, name);
        }

        if (mode == ScanMode.Baseline)
        {
            _directories.Mark(child, DirectoryMarks.Reported);
        }
        else if (!_directories.Has(child, DirectoryMarks.Reported))
        {
            _settling.Hear(_directories.Key(row, name), NameSign.Differs, now, isKnown: false);
        }

        if (_isRecursive)
        {
            _toEnter.Push((child, always));
        }
    }

    private void FindFile(int row, in ListedEntry entry, ScanMode mode, long now)
    {
        ref var entries = ref _directories.Entries(row);
        if (entry.IsLink)
        {
            FollowLink(_directories.Key(row, entry.Name), again: true);
        }

        if (mode == ScanMode.Baseline)
        {
            (entries ??= new EntryTable()).Set(entry.Name, entry.Stamp);
            RememberContent(_directories.Key(row, entry.Name), entry.Stamp);
            return;
        }

        var known = FileStamp.Missing;
        var isKnown = entries?.TryGet(entry.Name, out known) == true;
        var key = _directories.Key(row, entry.Name);
        if (!isKnown || !known.IsSameContent(entry.Stamp) || _directories.Find(row, entry.Name) >= 0 || HasOtherContent(key, entry.Stamp))
        {
            _settling.Hear(key, NameSign.Differs, now, isKnown);
        }
    }

    /// <summary>What is known and was not listed is looked for by itself.</summary>
    private void MissWhatIsGone(int row, List<ListedEntry> listed, long now)
    {
        var entries = _directories.Entries(row);
        var children = _directories[row].FirstChild;
        if (entries is null or { Count: 0 } && children < 0)
        {
            return;
        }

        var found = new HashSet<string>(listed.Count, StringComparer.Ordinal);
        foreach (var entry in listed)
        {
            found.Add(entry.Name);
        }

        foreach (var known in entries?.ToList() ?? [])
        {
            if (!found.Contains(known.Name))
            {
                _settling.Hear(_directories.Key(row, known.Name), NameSign.Differs, now, isKnown: true);
            }
        }

        foreach (var child in _directories.Children(row))
        {
            var name = _directories.Name(child);
            if (!found.Contains(name))
            {
                _settling.Hear(_directories.Key(row, name), NameSign.Differs, now, isKnown: true);
            }
        }
    }

    /// <summary>Watches the hops of a link in the tree, and the file at its end.</summary>
    /// <param name="key">The link.</param>
    /// <param name="again">Whether one that is followed already is looked at again: its directory may be another now.</param>
    private void FollowLink(in TreeKey key, bool again = false)
    {
        if (_links.TryGetValue(key, out var present))
        {
            if (again)
            {
                RefreshLink(key, present);
            }

            return;
        }

        var directory = Absolute(_directories.PathOf(key.Directory));
        var link = new PathWatch(PathResolver.Join(directory, key.Name), Source, Inbox, start: directory) { Owner = key };
        _links.Add(key, link);
        link.Refresh();
    }

    private void RefreshLink(in TreeKey key, PathWatch link)
    {
        link.Locate(Absolute(_directories.PathOf(key.Directory)), key.Name);
        link.Refresh();
    }

    /// <summary>Follows anew the links that may lead elsewhere now, and looks at what they lead to.</summary>
    private void RefreshLinks(Predicate<PathWatch> concerned)
    {
        foreach (var (key, link) in _links)
        {
            if (_directories.IsValid(key) && concerned(link))
            {
                RefreshLink(key, link);
                _settling.Hear(key, NameSign.Differs, Now, isKnown: true);
            }
        }
    }

    private void ForgetLink(in TreeKey key)
    {
        if (_links.Remove(key, out var link))
        {
            link.Stop();
        }
    }

    private void LookAtLink(PathWatch link, in InboxItem item)
    {
        if (link.Owner is not { } key || !_directories.IsValid(key) || !_links.ContainsKey(key))
        {
            return;
        }

        if ((PathStepKind)item.Token is not PathStepKind.Target || (item.Signals & (FileSignals.Entries | FileSignals.Self)) != FileSignals.None)
        {
            RefreshLink(key, link);
            _settling.Hear(key, NameSign.Differs, Now, isKnown: true);
            return;
        }

        foreach (var (signal, sign) in NameSigns.All)
        {
            if ((item.Signals & signal) != FileSignals.None)
            {
                _settling.Hear(key, sign, Now, isKnown: true);
            }
        }
    }
}

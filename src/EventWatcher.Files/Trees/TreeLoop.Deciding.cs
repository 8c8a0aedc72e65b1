namespace EventWatcher.Files;

// What a name's state on disk, beside what was reported of it, amounts to.
internal sealed partial class TreeLoop
{
    private const int MostRounds = 100;

    private readonly HashSet<TreeKey> _deciding = [];
    private readonly HashSet<TreeKey> _beingWritten = [];
    private bool _isForced;

    protected override long? Decide(bool all)
    {
        if (all)
        {
            DecideAll();
        }

        while (!Stopping.IsCancellationRequested && _settling.TryTakeDue(Now, out var key, out var name))
        {
            Decide(key, name);
        }

        return _settling.NextDue();
    }

    private void DecideAll()
    {
        _isForced = true;
        try
        {
            // A directory that is decided may be found to hold more; a disk that never rests is not waited for.
            for (var round = 0; round < MostRounds; round++)
            {
                var due = _settling.Names.Where(key => !_beingWritten.Contains(key)).ToArray();
                if (due.Length == 0)
                {
                    break;
                }

                foreach (var key in due)
                {
                    if (_settling.Take(key, out var name))
                    {
                        Decide(key, name);
                    }
                }
            }
        }
        finally
        {
            HasWriters = _beingWritten.Count > 0;
            _beingWritten.Clear();
            _isForced = false;
        }
    }

    private void Decide(in TreeKey key, PendingName<TreeKey> pending, bool isNow = false)
    {
        if (!_deciding.Add(key))
        {
            return;
        }

        try
        {
            DecideOnce(key, pending, isNow);
        }
        finally
        {
            _deciding.Remove(key);
        }
    }

    private void DecideOnce(in TreeKey key, PendingName<TreeKey> pending, bool isNow)
    {
        if (!_directories.IsValid(key))
        {
            return;
        }

        if (key.Equals(RootKey))
        {
            DecideRoot();
            return;
        }

        DecideParents(key.Directory);
        if (!_directories.IsValid(key))
        {
            return;
        }

        if (HasUndecidedParent(key.Directory) || !DecideMovedFrom(key))
        {
            // It was moved into what has its old name now, or out of what is being told as gone. No order of renames
            // tells that: it is deleted, and created.
            if (_directories.IsValid(key) && _directories.Find(key.Directory, key.Name) is var inside and >= 0 && _rehomed.ContainsKey(inside))
            {
                RemoveTree(inside);
            }

            _settling.Hear(key, NameSign.Differs, Now, isKnown: false);
            return;
        }

        if (!_directories.IsValid(key))
        {
            return;
        }

        if (pending.Destination is { } destination && _settling.TryGet(destination, out var other))
        {
            // Decided together, by the end that says what became of it.
            if (!isNow && !_isForced && other.Due > Now)
            {
                _settling.Postpone(key, pending, other.Due);
                return;
            }

            _settling.Take(destination, out _);
            _settling.Postpone(key, pending, long.MaxValue);
            Decide(destination, other);
            if (!_settling.Take(key, out _) || !_directories.IsValid(key))
            {
                return;
            }
        }

        _directories.Mark(key.Directory, DirectoryMarks.Touched);
        var found = FileSystemView.Look(Absolute(PathOf(key)), key.Name);
        var row = _directories.Find(key.Directory, key.Name);
        if (row >= 0 && _rehomed.TryGetValue(row, out var at) && found.Stamp.IsDirectory)
        {
            DecideRehomed(row, at, key, found.Stamp);
            return;
        }

        if (pending.Origin is { } origin && _directories.IsValid(origin) && DecideMove(origin, key, pending, found))
        {
            return;
        }

        if (!found.Stamp.Exists)
        {
            DecideGone(key);
        }
        else if (found.Stamp.IsDirectory)
        {
            DecideDirectory(key, found.Stamp);
        }
        else
        {
            DecideFile(key, pending, found);
        }
    }

    private void DecideRoot()
    {
        var isThere = _directories[DirectoryTable.Root].Watch != 0;
        if (isThere == _isRootReported)
        {
            return;
        }

        _isRootReported = isThere;
        var stamp = new FileStamp(EntryKind.Directory, 1, 0, 0, 0, 0);
        if (isThere)
        {
            Log.RootFound(Logger, Context.Name, _root);
            Emit(EventAction.FileCreated, RootName, _root, stamp);
            return;
        }

        Log.RootGone(Logger, Context.Name, _root);
        foreach (var row in _directories.Subtree(DirectoryTable.Root))
        {
            RemoveRow(row);
        }

        Emit(EventAction.FileDeleted, RootName, _root, stamp);
    }

    /// <summary>Reports what was moved here from a reported name as renamed; false where it is no such move.</summary>
    private bool DecideMove(in TreeKey origin, in TreeKey key, PendingName<TreeKey> pending, in ListedEntry found)
    {
        var entries = _directories.Entries(origin.Directory);
        if (entries?.TryGet(origin.Name, out var before) != true
            || !found.Stamp.Exists
            || found.Stamp.IsDirectory
            || !found.Stamp.IsSameFile(before)
            || FileSystemView.Stat(Absolute(PathOf(origin)), follow: false).Exists)
        {
            return false;
        }

        if (_directories.Find(key.Directory, key.Name) is var row and >= 0)
        {
            RemoveTree(row);
        }

        DecideParents(origin.Directory);
        if (!_directories.IsValid(origin) || !_directories.IsValid(key))
        {
            return false;
        }

        var oldName = PathOf(origin);
        _settling.Take(origin, out _);
        ForgetFile(origin, isReported: false);
        (_directories.Entries(key.Directory) ??= new EntryTable()).Set(key.Name, found.Stamp);
        if (found.IsLink)
        {
            FollowLink(key);
        }

        Emit(EventAction.FileRenamed, PathOf(key), Absolute(PathOf(key)), found.Stamp, oldName);
        if (!found.Stamp.IsSameContent(before) || (pending.IsWritten && found.Stamp.Kind == EntryKind.File))
        {
            Emit(EventAction.FileWritten, PathOf(key), Absolute(PathOf(key)), found.Stamp);
        }

        return true;
    }

    private void DecideGone(in TreeKey key)
    {
        var isKnown = ForgetFile(key, isReported: true);
        var row = _directories.Find(key.Directory, key.Name);
        if (row >= 0)
        {
            isKnown |= _directories.Has(row, DirectoryMarks.Reported);
            RemoveTree(row);
        }

        if (!isKnown && MayHaveBeenListed && Wants(key.Directory, key.Name, isDirectory: false))
        {
            Emit(EventAction.FileDeleted, PathOf(key), Absolute(PathOf(key)), FileStamp.Missing);
        }
    }

    private void DecideDirectory(in TreeKey key, in FileStamp stamp)
    {
        ForgetFile(key, isReported: true);
        var row = _directories.Find(key.Directory, key.Name);
        if (row < 0)
        {
            if (!Wants(key.Directory, key.Name, isDirectory: true))
            {
                return;
            }

            row = _directories.Add(key.Directory, key.Name);
        }

        if (IsUndecidedOther(row))
        {
            row = BeginAnew(key, row);
        }

        if (!_directories.Has(row, DirectoryMarks.Reported))
        {
            _directories.Mark(row, DirectoryMarks.Reported);
            Emit(EventAction.FileCreated, PathOf(key), Absolute(PathOf(key)), stamp);
        }

        if (_isRecursive && _directories[row].Watch == 0)
        {
            Enter(row, ScanMode.Compare, always: true);
        }

        _directories.Mark(row, DirectoryMarks.Another, on: false);
    }

    private bool IsUndecidedOther(int row) => _directories.Has(row, DirectoryMarks.Another) && MayHaveBeenListed;

    /// <summary>
    /// The directory before of its name may have been listed, and has gone with all that was in it, of which nothing was
    /// reported: its end tells of that.
    /// </summary>
    private int BeginAnew(in TreeKey key, int row)
    {
        if (_directories.Has(row, DirectoryMarks.Reported))
        {
            RemoveTree(row);
            return _directories.Add(key.Directory, key.Name);
        }

        Emit(EventAction.FileDeleted, PathOf(key), Absolute(PathOf(key)), FileStamp.Missing);
        return row;
    }

    private void DecideFile(in TreeKey key, PendingName<TreeKey> pending, in ListedEntry found)
    {
        var row = _directories.Find(key.Directory, key.Name);
        if (row >= 0)
        {
            RemoveTree(row);
        }

        if (!Wants(key.Directory, key.Name, isDirectory: false))
        {
            return;
        }

        var stamp = found.Stamp;
        ref var entries = ref _directories.Entries(key.Directory);
        var before = FileStamp.Missing;
        var isKnown = entries?.TryGet(key.Name, out before) == true;
        var isFresh = HearsCloses && pending.IsFresh && !found.IsLink && stamp is { Kind: EntryKind.File, Links: 1 };
        if (_isForced && ((isFresh && stamp.Size == 0) || (HearsCloses && pending.IsOpen)))
        {
            // A flush asks for what has happened; this has not. It has its turn as if nobody had asked. (What is new,
            // and not empty though nobody was heard to write, was made by a link.)
            _beingWritten.Add(key);
            _settling.Postpone(key, pending, pending.Due);
            return;
        }

        if (isKnown && isFresh && pending.Phase == SettlePhase.Settling)
        {
            // Whoever created it has not closed it yet. A file made by a link has more names and nobody who writes.
            _settling.AwaitClose(key, pending, Now);
            return;
        }

        if (stamp.Kind == EntryKind.Unreadable && isKnown)
        {
            return;
        }

        var isOther = !stamp.IsSameContent(before) || HasOtherContent(key, stamp);
        (entries ??= new EntryTable()).Set(key.Name, stamp);
        RememberContent(key, stamp);
        if (found.IsLink)
        {
            FollowLink(key);
        }
        else
        {
            ForgetLink(key);
        }

        if (!isKnown)
        {
            Emit(EventAction.FileCreated, PathOf(key), Absolute(PathOf(key)), stamp);
        }
        else if (isOther || (pending.IsWritten && stamp.Kind == EntryKind.File))
        {
            Emit(EventAction.FileWritten, PathOf(key), Absolute(PathOf(key)), stamp);
        }
    }
}

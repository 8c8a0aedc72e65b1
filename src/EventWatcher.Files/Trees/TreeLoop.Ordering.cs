namespace EventWatcher.Files;

// In which order directories are told of, so that whoever applies the events to a model can.
internal sealed partial class TreeLoop
{
    /// <summary>A directory is reported before what is in it.</summary>
    private void DecideParents(int row)
    {
        for (var parent = row; parent != DirectoryTable.Root && _directories.IsLive(parent); parent = _directories[parent].Parent)
        {
            if (!_directories.Has(parent, DirectoryMarks.Reported) || IsUndecidedOther(parent) || _rehomed.ContainsKey(parent))
            {
                DecideNow(parent);
                return;
            }
        }
    }

    private bool HasUndecidedParent(int row)
    {
        for (; row != DirectoryTable.Root && _directories.IsLive(row); row = _directories[row].Parent)
        {
            if (_rehomed.ContainsKey(row) && _deciding.Contains(KeyOf(row)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A directory that is still known by this name is told of before what has it now; false where it can't be yet.</summary>
    private bool DecideMovedFrom(in TreeKey key)
    {
        foreach (var (moved, at) in _rehomed.Count == 0 ? [] : _rehomed.ToArray())
        {
            if (at.Equals(key) && _rehomed.ContainsKey(moved) && !KeyOf(moved).Equals(key))
            {
                Settle(moved);
                if (_rehomed.TryGetValue(moved, out var still) && still.Equals(key))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>
    /// Tells what became of a directory that has another place, before something else is told. Where that waits for this
    /// in turn, as when two have exchanged their names, no order of renames tells it: it is deleted, and created.
    /// </summary>
    private void Settle(int row)
    {
        DecideNow(row);
        if (!_directories.IsLive(row) || !_rehomed.ContainsKey(row) || _removing.Contains(row))
        {
            return;
        }

        var key = KeyOf(row);
        RemoveTree(row);
        _settling.Hear(key, NameSign.Differs, Now, isKnown: false);
    }

    private void DecideNow(int row)
    {
        var key = KeyOf(row);
        if (!_deciding.Contains(key))
        {
            _settling.Take(key, out var pending);
            Decide(key, pending ?? new PendingName<TreeKey>(), isNow: true);
        }
    }

    /// <summary>Reports a directory under its new name, unless it has come back to the one it was reported by.</summary>
    private void DecideRehomed(int row, in TreeKey at, in TreeKey key, in FileStamp stamp)
    {
        if (_directories.IsValid(at))
        {
            DecideParents(at.Directory);
        }

        var oldName = PathAsReported(row);
        _rehomed.Remove(row);
        if (_isRecursive && _directories[row].Watch == 0)
        {
            Enter(row, ScanMode.Compare, always: true);
        }

        if (string.Equals(oldName, PathOf(key), StringComparison.Ordinal))
        {
            return;
        }

        ForgetFile(key, isReported: true);
        Emit(EventAction.FileRenamed, PathOf(key), Absolute(PathOf(key)), stamp, oldName);
    }
}

namespace EventWatcher.Files;

// What is gone, with all that was known of it.
internal sealed partial class TreeLoop
{
    /// <summary>Who has read a force-reload lists the directory within that time.</summary>
    private static readonly TimeSpan ListingTime = TimeSpan.FromMinutes(1);

    private readonly HashSet<int> _removing = [];
    private long _reloadReadAt;

    /// <summary>
    /// Gets a value indicating whether a name that was never reported may be known all the same: who lists after a
    /// force-reload sees what is born and not reported yet, and learns of its end by an event alone.
    /// </summary>
    private bool MayHaveBeenListed =>
        Volatile.Read(ref _reloadReadAt) is not 0 and var read && Context.Time.GetElapsedTime(read) < ListingTime;

    /// <summary>Forgets what is known of a file; false where nothing was.</summary>
    private bool ForgetFile(in TreeKey key, bool isReported)
    {
        ref var entries = ref _directories.Entries(key.Directory);
        if (entries?.TryGet(key.Name, out var stamp) != true)
        {
            return false;
        }

        entries!.Remove(key.Name);
        if (entries.Count == 0)
        {
            entries = null;
        }

        ForgetLink(key);
        if (isReported)
        {
            Emit(EventAction.FileDeleted, PathOf(key), Absolute(PathOf(key)), stamp);
        }

        return true;
    }

    /// <summary>A directory is gone with all that is known of it; what was reported is reported as deleted.</summary>
    private void RemoveTree(int row)
    {
        var isOutermost = _removing.Add(row);

        // What has been moved out of it, and is known by a name in it, is told of while that name still means something.
        foreach (var (moved, at) in _rehomed.ToArray())
        {
            if (_rehomed.ContainsKey(moved) && _directories.IsLive(moved) && _directories.IsValid(at)
                && _directories.IsWithin(at.Directory, row) && !_directories.IsWithin(moved, row))
            {
                Settle(moved);
            }
        }

        if (isOutermost)
        {
            _removing.Remove(row);
        }

        if (!_directories.IsLive(row))
        {
            return;
        }

        foreach (var gone in _directories.Subtree(row))
        {
            RemoveRow(gone);
        }
    }

    private void RemoveRow(int row)
    {
        var path = PathAsReported(row);
        foreach (var entry in _directories.Entries(row)?.ToList() ?? [])
        {
            ForgetLink(_directories.Key(row, entry.Name));
            var name = path.Length == 0 ? entry.Name : path + "/" + entry.Name;
            Emit(EventAction.FileDeleted, name, Absolute(name), entry.Stamp);
        }

        _directories.Entries(row) = null;
        if (row == DirectoryTable.Root)
        {
            return;
        }

        if (_directories.Has(row, DirectoryMarks.Reported))
        {
            Emit(EventAction.FileDeleted, path, Absolute(path), new FileStamp(EntryKind.Directory, 1, 0, 0, 0, 0));
        }

        _rehomed.Remove(row);
        Unwatch(row);
        _directories.Remove(row);
    }
}

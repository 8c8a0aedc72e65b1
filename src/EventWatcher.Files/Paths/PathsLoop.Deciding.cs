namespace EventWatcher.Files;

// What a path's state on disk, beside what was reported of it, amounts to.
internal sealed partial class PathsLoop
{
    private void Decide(WatchedPath path, PendingName<int> pending, bool isForced)
    {
        var before = path.Known;
        var stamp = FileSystemView.Stat(path.Path, follow: true);
        if (stamp.Kind == EntryKind.Unreadable)
        {
            SayUnreadable(path, "what happens to it can't be known");
            return;
        }

        if (!stamp.Exists)
        {
            if (before.Exists)
            {
                ReportGone(path, before);
            }

            return;
        }

        // Whoever created it has not closed it yet. A file made by a link has more names and nobody who writes.
        var isKnown = byContent || before.Exists;
        var isFresh = HearsCloses && pending.IsFresh && stamp is { Kind: EntryKind.File, Links: 1 };
        if (isForced && !path.IsPolled && (isFresh || (HearsCloses && pending.IsOpen)))
        {
            // A flush asks for what has happened; this has not. It has its turn as if nobody had asked.
            Settling.Postpone(path.Watch.Index, pending, pending.Due);
            return;
        }

        if (!isForced && isKnown && isFresh && pending.Phase == SettlePhase.Settling)
        {
            Settling.AwaitClose(path.Watch.Index, pending, Now);
            return;
        }

        if (path.IsPolled || Source is null)
        {
            if (!isForced && !stamp.IsSameContent(path.Polled))
            {
                // Nobody says when a polled file is closed: it must have been seen twice the same.
                path.Polled = stamp;
                Hear(path, NameSign.Differs);
                return;
            }

            path.Polled = stamp;
        }

        if (byContent)
        {
            DecideByContent(path, stamp, isForced);
        }
        else
        {
            DecideByStamp(path, stamp, pending);
        }
    }

    private void ReportGone(WatchedPath path, in FileStamp before)
    {
        var movedTo = path.MovedTo;
        path.MovedTo = null;
        path.Known = FileStamp.Missing;
        path.Hash = null;
        if (!byContent && movedTo is not null && FileSystemView.Stat(movedTo, follow: true) is { Exists: true } there && there.IsSameFile(before))
        {
            Emit(EventAction.FileRenamed, movedTo[(movedTo.LastIndexOf('/') + 1)..], movedTo, there, path.Name);
            return;
        }

        Emit(EventAction.FileDeleted, path.Name, path.Path, before);
    }

    private void DecideByStamp(WatchedPath path, in FileStamp stamp, PendingName<int> pending)
    {
        path.MovedTo = null;
        var before = path.Known;
        var hash = path.Hash;
        if ((path.IsPolled || Source is null) && stamp.IsCoarse && stamp.Size <= ContentHash.LongestHashed)
        {
            ContentHash.TryCompute(path.Path, out hash);
        }

        var isSame = stamp.IsSameContent(before) && (hash is null || path.Hash is null || hash.AsSpan().SequenceEqual(path.Hash));
        path.Known = stamp;
        path.Hash = hash;
        path.SaidUnreadable = false;
        if (!before.Exists)
        {
            Emit(EventAction.FileCreated, path.Name, path.Path, stamp);
        }
        else if (!isSame || (pending.IsWritten && stamp.Kind == EntryKind.File))
        {
            Emit(EventAction.FileWritten, path.Name, path.Path, stamp);
        }
    }

    private void DecideByContent(WatchedPath path, in FileStamp stamp, bool isForced)
    {
        if (stamp.Kind != EntryKind.File)
        {
            // A directory, a pipe or a device has no content to be configured by.
            if (path.Known.Kind == EntryKind.File)
            {
                ReportGone(path, path.Known);
            }

            return;
        }

        var before = path.Known;
        byte[]? hash = null;
        if (stamp.Size <= ContentHash.LongestHashed)
        {
            if (!ContentHash.TryCompute(path.Path, out hash))
            {
                if (FileSystemView.Stat(path.Path, follow: true) is { Exists: true } still && still.IsSameFile(stamp))
                {
                    SayUnreadable(path, "whether its content changed can't be known");
                }
                else
                {
                    Hear(path, NameSign.Differs);
                }

                return;
            }

            if (!isForced && !FileSystemView.Stat(path.Path, follow: true).IsSameContent(stamp))
            {
                // Written, or replaced, while it was read.
                Hear(path, NameSign.Differs);
                return;
            }
        }

        var isSame = before.Kind == EntryKind.File
            && (hash is not null && path.Hash is not null ? hash.AsSpan().SequenceEqual(path.Hash) : stamp.IsSameContent(before));
        path.Known = stamp;
        path.Hash = hash;
        path.SaidUnreadable = false;
        if (!isSame)
        {
            Emit(EventAction.FileWritten, path.Name, path.Path, stamp);
        }
    }
}

namespace EventWatcher.Files;

/// <summary>Watches paths for themselves: one file, or the files of a configuration.</summary>
internal sealed partial class PathsLoop(LoopContext context, IReadOnlyList<string> paths, bool byContent) : WatchLoop(context)
{
    private readonly List<WatchedPath> _paths = [];
    private SettleTable<int>? _settling;

    public override bool IsUrgent => true;

    private SettleTable<int> Settling => _settling ??= new SettleTable<int>(Times);

    /// <summary>Never asked for anything by itself: the paths' own watches are.</summary>
    public override void OnSignal(int watch, int token, FileSignals signals, uint cookie, ReadOnlySpan<byte> name)
    {
    }

    protected override void Begin()
    {
        foreach (var path in paths)
        {
            var watch = new PathWatch(path, Source, Inbox) { Index = _paths.Count };
            var watched = new WatchedPath(path, watch);
            _paths.Add(watched);
            Refresh(watched);
            var stamp = FileSystemView.Stat(path, follow: true);
            if ((byContent || (stamp.IsCoarse && IsPolling)) && stamp.Kind == EntryKind.File && stamp.Size <= ContentHash.LongestHashed)
            {
                // The time is taken first: what is written while it is read is found to differ.
                ContentHash.TryCompute(path, out var hash);
                watched.Hash = hash;
            }

            watched.Known = stamp;
            watched.Polled = stamp;
        }

        Log.Watching(Logger, Context.Name, 0, _paths.Count);
    }

    protected override void End()
    {
        foreach (var path in _paths)
        {
            path.Watch.Stop();
        }
    }

    protected override void Work(in InboxItem item)
    {
        if (item.Kind == InboxKind.Mounts)
        {
            var mounts = (IReadOnlyList<string>)item.Subject!;
            foreach (var path in _paths.Where(path => mounts.Any(path.Watch.IsConcernedBy)))
            {
                Refresh(path);
                Hear(path, NameSign.Differs);
            }

            return;
        }

        if (item.Subject is PathWatch watch)
        {
            Hear(_paths[watch.Index], item);
        }
    }

    protected override void Compare()
    {
        Settling.ForgetWriters(static _ => true);
        foreach (var path in _paths)
        {
            Refresh(path);
            Hear(path, NameSign.Differs);
        }

        Log.Rescanned(Logger, Context.Name);
    }

    protected override void LookAtPolled()
    {
        foreach (var path in _paths.Where(path => path.IsPolled || Source is null))
        {
            if (Source is not null)
            {
                Refresh(path);
            }

            var stamp = FileSystemView.Stat(path.Path, follow: true);
            if (!stamp.IsSameContent(path.Known) || !stamp.IsSameContent(path.Polled) || stamp.IsCoarse)
            {
                path.Polled = stamp;
                Hear(path, NameSign.Differs);
            }
        }
    }

    protected override long? Decide(bool all)
    {
        if (all)
        {
            foreach (var index in Settling.Names.ToArray())
            {
                if (Settling.Take(index, out var name))
                {
                    Decide(_paths[index], name, isForced: true);
                }
            }
        }

        while (!Stopping.IsCancellationRequested && Settling.TryTakeDue(Now, out var index, out var name))
        {
            Decide(_paths[index], name, isForced: false);
        }

        return Settling.NextDue();
    }

    private void Hear(WatchedPath path, in InboxItem item)
    {
        var signals = item.Signals;
        if ((PathStepKind)item.Token is PathStepKind.Directory or PathStepKind.Entry || (signals & FileSignals.Self) != FileSignals.None)
        {
            Refresh(path);
            Hear(path, NameSign.Differs);
            return;
        }

        if (item.Name is { } name && (signals & FileSignals.MovedTo) != FileSignals.None && path.Watch.Resolved.Target is { } target && !target.EndsWith("/" + name, StringComparison.Ordinal))
        {
            path.MovedTo = PathResolver.Join(target[..Math.Max(1, target.LastIndexOf('/'))], name);
            return;
        }

        if ((signals & FileSignals.Entries) != FileSignals.None)
        {
            // What has come may be a link.
            Refresh(path);
        }

        var isLink = path.Watch.IsHop(item.Watch, item.Name);

        foreach (var (signal, sign) in NameSigns.All)
        {
            if ((signals & signal) != FileSignals.None)
            {
                // A link is whole when it is there: nobody writes to it, and closes it.
                Hear(path, sign == NameSign.Created && isLink ? NameSign.MovedTo : sign);
            }
        }
    }

    private void Hear(WatchedPath path, NameSign sign) =>
        Settling.Hear(path.Watch.Index, sign, Now, isKnown: byContent || path.Known.Exists);

    private void Refresh(WatchedPath path)
    {
        path.Watch.Refresh();
        var resolved = path.Watch.Resolved;
        var error = path.Watch.Error;
        if (error != 0 && !path.IsPolled)
        {
            path.IsPolled = true;
            Poll(everything: false, path.Path);
            if (error is 28 or 12)
            {
                SayLimit(error, resolved.Steps.Count);
            }
            else
            {
                SayUnreadable(path, "its directory can't be watched, and is polled");
            }
        }

        if (!path.IsPolled && Context.Options.Polling == FilePolling.Automatic && Source is not null && SilentFileSystems.Holds(resolved.Target ?? path.Path))
        {
            path.IsPolled = true;
            Poll(everything: false, path.Path);
        }

        if (!path.SaidPinned && resolved.Steps.Any(static step => step.Kind == PathStepKind.Inode))
        {
            path.SaidPinned = true;
            var origin = MountTable.List().LastOrDefault(mount => string.Equals(mount.Path, resolved.Target, StringComparison.Ordinal))?.Root ?? "elsewhere";
            Log.Pinned(Logger, Context.Name, path.Path, origin);
        }
    }

    private void SayUnreadable(WatchedPath path, string consequence)
    {
        if (!path.SaidUnreadable)
        {
            path.SaidUnreadable = true;
            Log.Unreadable(Logger, Context.Name, path.Path);
            Output.ReportError(new FileUnreadableException(Context.Name, path.Path, consequence));
        }
    }
}

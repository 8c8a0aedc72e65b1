namespace EventWatcher.Files;

/// <summary>
/// Watches on what it depends where a path leads: the directories on the way, every symbolic link, and the nearest
/// directory that exists. The loop is told by its inbox; only <see cref="OnSignal"/> runs on the reader's thread.
/// </summary>
internal sealed class PathWatch(string path, IFileEventSource? source, Inbox inbox, string? start = null, bool entersTarget = false) : IFileEventTarget
{
    private const int MostTries = 5;
    private const int NoEntry = 2;
    private const int NotDirectory = 20;

    private readonly bool _isWhole = start is null;
    private IFileEventSource? _source = source;
    private string? _start = start;
    private volatile PathStep[] _steps = [];
    private uint _lastCookie;

    public bool IsUrgent => _isWhole;

    public string Path { get; private set; } = path;

    /// <summary>Gets where the path led when it was last looked at.</summary>
    public ResolvedPath Resolved { get; private set; } = new(Target: null, FileStamp.Missing, []);

    /// <summary>Gets the error number where some of it can't be watched; 0 where all is.</summary>
    public int Error { get; private set; }

    /// <summary>Gets or sets what the owner of many paths knows it by.</summary>
    public int Index { get; set; }

    /// <summary>Gets or sets the entry of a tree that it is the end of.</summary>
    public TreeKey? Owner { get; set; }

    /// <summary>Sets who watches, where that was not known at first.</summary>
    public IFileEventSource? Source
    {
        set => _source = value;
    }

    /// <summary>Looks anew where the path leads, and watches that.</summary>
    /// <returns>Whether it depends on other things than before.</returns>
    public bool Refresh()
    {
        var changed = false;
        for (var i = 0; i < MostTries; i++)
        {
            var resolved = PathResolver.Resolve(Path, _start, entersTarget);
            Resolved = resolved;
            var isSame = resolved.Steps.Count == _steps.Length && resolved.Steps.Zip(_steps).All(static pair => pair.First.IsSame(pair.Second));
            var isWatchedAnew = Replace(isSame ? _steps : [.. resolved.Steps]);
            if (isSame && !isWatchedAnew)
            {
                // Twice the same, with the very same watches standing in between: nothing was missed.
                return changed;
            }

            changed |= !isSame;
        }

        // It never held still. The others have their turn, then it is looked at again.
        inbox.Put(new InboxItem(InboxKind.Path, this, 0, (int)PathStepKind.Directory, FileSignals.None, 0, Name: null));
        return changed;
    }

    /// <summary>Follows the same name in a directory that has another path now.</summary>
    public void Locate(string directory, string name)
    {
        _start = directory;
        Path = PathResolver.Join(directory, name);
    }

    /// <summary>Tells whether an entry of a watched directory is on the way, and not its end.</summary>
    public bool IsHop(int watch, string? name) => Array.Exists(
        _steps,
        step => step.Kind == PathStepKind.Entry && step.Watch == watch && string.Equals(step.Name, name, StringComparison.Ordinal));

    /// <summary>Tells whether the path may lead elsewhere once something is mounted, or no more mounted, there.</summary>
    public bool IsConcernedBy(string mount) =>
        PathResolver.IsWithin(Path, mount)
        || (Resolved.Target is { } target && PathResolver.IsWithin(target, mount))
        || Resolved.Steps.Any(step => PathResolver.IsWithin(step.Directory, mount));

    public void Stop()
    {
        var steps = _steps;
        _steps = [];
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].Watch > 0)
            {
                _source?.Remove(steps[i].Watch, this, i);
            }
        }

        _source?.Leave(this);
    }

    public void OnSignal(int watch, int token, FileSignals signals, uint cookie, ReadOnlySpan<byte> name)
    {
        var steps = _steps;
        if (token >= steps.Length || steps[token] is not { } step || (step.Watch != watch && step.Watch != 0))
        {
            return;
        }

        if (name.IsEmpty)
        {
            if ((signals & FileSignals.Self) != FileSignals.None || step.Kind == PathStepKind.Inode)
            {
                inbox.Put(new InboxItem(InboxKind.Path, this, watch, (int)step.Kind, signals, cookie, Name: null));
            }

            return;
        }

        if (step.IsNamed(name))
        {
            if ((signals & step.Signals & FileSignals.Contents) != FileSignals.None)
            {
                _lastCookie = (signals & FileSignals.MovedFrom) != FileSignals.None && step.Kind == PathStepKind.Target ? cookie : 0;
                inbox.Put(new InboxItem(InboxKind.Path, this, watch, (int)step.Kind, signals, cookie, step.Name));
            }
        }
        else if (cookie != 0 && cookie == _lastCookie && (signals & FileSignals.MovedTo) != FileSignals.None)
        {
            // The other half of a move away from here: it says the new name.
            inbox.Put(new InboxItem(InboxKind.Path, this, watch, (int)step.Kind, signals, cookie, PathBytes.ToText(name)));
        }
    }

    public void OnOverflow() => inbox.Put(new InboxItem(InboxKind.Overflow, this, 0, 0, FileSignals.Overflow, 0, Name: null));

    public void OnMountsChanged(IReadOnlyList<string> mountPoints) => inbox.Put(new InboxItem(InboxKind.Mounts, mountPoints, 0, 0, FileSignals.None, 0, Name: null));

    public void OnBarrier(TaskCompletionSource barrier) => inbox.Put(new InboxItem(InboxKind.Barrier, barrier, 0, 0, FileSignals.None, 0, Name: null));

    /// <summary>Watches other steps, or the same again; true where one is another directory than before.</summary>
    private bool Replace(PathStep[] steps)
    {
        var old = _steps;
        if (ReferenceEquals(old, steps))
        {
            // The same directories by name may be others by inode: a watch that is asked for again says which.
            return Watch(steps);
        }

        var before = old.Select(static (step, index) => (step.Watch, index)).ToArray();
        _steps = steps;
        Watch(steps);
        foreach (var (watch, index) in before)
        {
            if (watch > 0 && !(index < steps.Length && steps[index].Watch == watch))
            {
                _source?.Remove(watch, this, index);
            }
        }

        return true;
    }

    private bool Watch(PathStep[] steps)
    {
        var isAnother = false;
        Error = 0;
        for (var i = 0; i < steps.Length && _source is not null; i++)
        {
            var before = steps[i].Watch;
            var place = steps[i].Kind == PathStepKind.Inode ? PathResolver.Join(steps[i].Directory, steps[i].Name!) : steps[i].Directory;
            var watch = _source.Add(place, steps[i].Signals, this, i);
            steps[i].Watch = watch;
            isAnother |= before != watch;
            if (before > 0 && before != watch)
            {
                _source.Remove(before, this, i);
            }

            // A directory that isn't there is no fault: what comes before it on the way is watched.
            if (watch < 0 && -watch is not (NoEntry or NotDirectory) && (steps[i].Kind != PathStepKind.Directory || entersTarget))
            {
                Error = -watch;
            }
        }

        return isAnother;
    }
}

namespace EventWatcher.Proxmox;

/// <summary>The tasks that the cluster's list has shown. Not thread-safe.</summary>
internal sealed class TaskLog
{
    /// <summary>How many a node's part of the list has at most; a longer past is forgotten.</summary>
    internal const int ListLength = 25;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, TaskRecord> _known = new(StringComparer.Ordinal);
    private readonly HashSet<(string Upid, TaskRole Role)> _consumed = [];

    /// <summary>Takes a list over.</summary>
    /// <returns>The tasks that are new or have ended, in the order in which that happened; and whether none can have been missed since the last list.</returns>
    public (IReadOnlyList<TaskRecord> Changed, bool IsComplete) Update(IReadOnlyList<ProxmoxTaskEntry> entries)
    {
        var listed = new Dictionary<string, TaskRecord>(StringComparer.Ordinal);
        foreach (var task in entries.Select(TaskRecord.Of).OfType<TaskRecord>())
        {
            // A node may list one twice, as running and as over.
            if (!listed.TryGetValue(task.Upid.Text, out var other) || other.IsRunning)
            {
                listed[task.Upid.Text] = task;
            }
        }

        var isComplete = listed.Values.GroupBy(static task => task.Upid.Node, StringComparer.Ordinal).All(node =>
            node.Count() < ListLength || node.Any(task => _known.ContainsKey(task.Upid.Text)));
        var changed = listed.Values.Where(task => !_known.TryGetValue(task.Upid.Text, out var before) || before.IsRunning != task.IsRunning).ToList();
        foreach (var lost in _known.Values.Where(task => task.IsRunning && !listed.ContainsKey(task.Upid.Text)).ToList())
        {
            // It ended, and others have pushed it out of the list.
            changed.Add(lost with { IsRunning = false });
        }

        foreach (var task in changed)
        {
            _known[task.Upid.Text] = task;
        }

        Forget(listed);
        return ([.. changed.OrderBy(static task => task.Latest).ThenBy(static task => task.Upid.Ticks)], isComplete);
    }

    /// <summary>Says whether something is going on with a guest that hides its state.</summary>
    public bool IsHidden(int vmid) => _known.Values.Any(task => task.IsRunning && task.Upid.Vmid == vmid && TaskTypes.Hides(task.Upid.Type));

    /// <summary>The guests that tasks have had to do with lately.</summary>
    public IEnumerable<TaskRecord> Since(DateTimeOffset time) => _known.Values.Where(task => task.IsRunning || task.Latest >= time);

    /// <summary>Finds the task that explains a change, so that it explains no other.</summary>
    /// <param name="vmid">Whose.</param>
    /// <param name="role">What has changed.</param>
    /// <param name="since">The task is not over before that.</param>
    /// <param name="more">Tasks that the list may not have, such as those of the guest's own list.</param>
    /// <returns>The latest, or null.</returns>
    public TaskRecord? Explain(int vmid, TaskRole role, DateTimeOffset since, IReadOnlyList<TaskRecord> more)
    {
        var found = more.Concat(_known.Values)
            .Where(task => task.Upid.Vmid == vmid && TaskTypes.Plays(task.Upid.Type, role) && task.IsRunningOrSucceeded && (task.IsRunning || task.Latest >= since) && !_consumed.Contains((task.Upid.Text, role)))
            .MaxBy(static task => (task.Upid.Start, task.Upid.Ticks));
        if (found is not null)
        {
            // A reboot explains a stop and a start.
            _consumed.Add((found.Upid.Text, role));
        }

        return found;
    }

    /// <summary>Says whether a guest was destroyed, by a task that has explained nothing yet.</summary>
    public bool IsDestroyed(GuestId id) => _known.Values.Any(task => task.Upid.Vmid == id.Vmid
        && TaskTypes.Plays(task.Upid.Type, TaskRole.Destroy)
        && TaskTypes.KindOf(task.Upid.Type) == id.Kind
        && ProxmoxTaskOutcome.IsSuccess(task.Outcome)
        && !_consumed.Contains((task.Upid.Text, TaskRole.Destroy)));

    /// <summary>Says that what is over by now explains nothing that is seen later: of the guest with that number, or of all.</summary>
    public void Dismiss(TaskRole role, int? vmid = null) => _consumed.UnionWith(_known.Values
        .Where(task => !task.IsRunning && (vmid is null || task.Upid.Vmid == vmid) && TaskTypes.Plays(task.Upid.Type, role))
        .Select(task => (task.Upid.Text, role)));

    private void Forget(Dictionary<string, TaskRecord> listed)
    {
        if (listed.Count == 0)
        {
            return;
        }

        var oldest = listed.Values.Max(static task => task.Latest) - Memory;
        foreach (var (upid, _) in _known.Where(entry => !entry.Value.IsRunning && entry.Value.Latest < oldest && !listed.ContainsKey(entry.Key)).ToList())
        {
            _known.Remove(upid);
            _consumed.RemoveWhere(entry => string.Equals(entry.Upid, upid, StringComparison.Ordinal));
        }
    }
}

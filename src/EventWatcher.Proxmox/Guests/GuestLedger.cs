namespace EventWatcher.Proxmox;

/// <summary>
/// The confirmed state of all guests, and what is suspected of them. All decisions are here, without any waiting, request
/// or lock. Events come from confirmations only; lists only raise suspicions. Not thread-safe.
/// </summary>
internal sealed partial class GuestLedger(string cluster, string source, TaskLog tasks)
{
    /// <summary>How old the state in the list of resources may be, and a bit more for its going backwards.</summary>
    internal static readonly TimeSpan Staleness = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Youth = TimeSpan.FromMinutes(1);
    private const int MostAbsent = 20;

    private readonly GuestEvents _events = new(cluster, source);
    private readonly Dictionary<GuestId, KnownGuest> _guests = [];

    public IReadOnlyDictionary<GuestId, KnownGuest> Guests => _guests;

    /// <summary>Gets how many guests we knew and may no longer see.</summary>
    public int HiddenCount => _guests.Values.Count(static guest => guest.IsHidden);

    /// <summary>Gets the nodes of which the list said nothing certain the last time.</summary>
    public IReadOnlySet<string> SilentNodes { get; private set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Takes the first list for the truth, but for what can't be taken from it.</summary>
    /// <returns>The guests whose state must be confirmed before it counts: those that something has happened to lately.</returns>
    public IReadOnlyList<Suspicion> Begin(IReadOnlyList<ProxmoxResource> rows, DateTimeOffset serverTime, DateTimeOffset now)
    {
        _guests.Clear();
        tasks.Dismiss(TaskRole.Destroy);

        // Of a guest that was created just now nothing is heard either; but a node with others is heard.
        var heard = rows.Where(static row => GuestStates.Of(row) is not GuestState.Unknown).Select(static row => row.Node).ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.IsGuest(out var id))
            {
                var guest = new KnownGuest(id)
                {
                    Node = row.Node!,
                    Name = row.Name ?? "",
                    Tags = row.Tags ?? "",
                    State = GuestStates.Of(row),
                    LastRunning = serverTime,
                    Patience = Staleness,
                };
                if (IsUp(guest.State) && Uptime.Known(row.Uptime) is { } uptime)
                {
                    (guest.Boot, guest.Uptime, guest.UptimeAt) = (serverTime - Uptime.Of(uptime), uptime, now);
                }

                Note(guest, row);
                guest.WasHeard = guest.WasHeard || !heard.Contains(row.Node);
                _guests[id] = guest;
            }
        }

        NoteSilence(rows);
        var touched = tasks.Since(serverTime - (2 * Staleness)).Select(static task => task.Upid.Vmid).ToHashSet();
        return
        [
            .. _guests.Values
                .Where(guest => guest.State is not GuestState.Unknown && (touched.Contains(guest.Id.Vmid) || (guest.Boot is { } boot && serverTime - boot < 2 * Staleness)))
                .Select(static guest => new Suspicion(guest.Id, guest.Node)),
        ];
    }

    /// <summary>Takes a confirmation over before anybody watches.</summary>
    public void Settle(Confirmation confirmation, DateTimeOffset now) => _ = Apply(confirmation, now).Count;

    /// <summary>Compares a list with what is known.</summary>
    /// <returns>What is to be confirmed.</returns>
    public IReadOnlyList<Suspicion> OnResources(IReadOnlyList<ProxmoxResource> rows, DateTimeOffset serverTime, DateTimeOffset now)
    {
        var suspicions = new List<Suspicion>();
        var seen = new HashSet<GuestId>(rows.Count);
        foreach (var row in rows)
        {
            if (!row.IsGuest(out var id))
            {
                continue;
            }

            seen.Add(id);
            if (!_guests.TryGetValue(id, out var guest))
            {
                suspicions.Add(new Suspicion(id, row.Node!));
                continue;
            }

            guest.IsDoubtful |= guest.Absences > 0 || guest.IsHidden;
            guest.Absences = 0;
            guest.IsHidden = false;
            if (IsSuspect(guest, row, serverTime, now))
            {
                suspicions.Add(new Suspicion(id, row.Node!));
            }

            Note(guest, row);
        }

        NoteSilence(rows);
        var absent = _guests.Values.Where(guest => !seen.Contains(guest.Id)).ToList();
        foreach (var guest in absent)
        {
            guest.Absences++;
        }

        // Many at once are rather a privilege that was taken away, which a few show as well.
        suspicions.AddRange(absent
            .Where(guest => (!guest.IsHidden && guest.Absences <= AbsencesOfTheGone) || guest.ConfirmedAt is null || now - guest.ConfirmedAt >= 2 * Staleness)
            .OrderBy(static guest => guest.ConfirmedAt)
            .Take(MostAbsent)
            .Select(static guest => new Suspicion(guest.Id, guest.Node)));
        return [.. suspicions.Where(suspicion => !tasks.IsHidden(suspicion.Id.Vmid))];
    }

    /// <summary>Takes a list of tasks over.</summary>
    /// <returns>What is to be confirmed; and whether no task can have been missed since the last list.</returns>
    public (IReadOnlyList<Suspicion> Suspicions, bool IsComplete) OnTasks(IReadOnlyList<ProxmoxTaskEntry> entries)
    {
        var (changed, isComplete) = tasks.Update(entries);
        var suspicions = new List<Suspicion>();
        foreach (var task in changed)
        {
            if (task.Upid.Vmid > 0 && TaskTypes.KindOf(task.Upid.Type) is { } kind && !(task.IsRunning && TaskTypes.Hides(task.Upid.Type)))
            {
                var id = new GuestId(kind, task.Upid.Vmid);
                suspicions.Add(new Suspicion(id, _guests.TryGetValue(id, out var guest) ? guest.Node : task.Upid.Node));
            }
        }

        return ([.. suspicions.Distinct().Where(suspicion => !tasks.IsHidden(suspicion.Id.Vmid))], isComplete);
    }

    /// <summary>Says that a guest's state could not be confirmed, and is to be as soon as that is possible.</summary>
    public void Doubt(GuestId id)
    {
        if (_guests.TryGetValue(id, out var guest))
        {
            guest.IsDoubtful = true;
        }
    }

    /// <summary>Says whether a guest of this node is still to be confirmed.</summary>
    public bool HasDoubts(string node) => _guests.Values.Any(guest => guest.IsDoubtful && string.Equals(guest.Node, node, StringComparison.Ordinal));

    /// <summary>Says that we may not see a guest.</summary>
    public void Hide(GuestId id, DateTimeOffset now)
    {
        if (_guests.TryGetValue(id, out var guest))
        {
            guest.IsHidden = true;
            guest.ConfirmedAt = now;
        }
    }

    private static bool IsUp(GuestState state) => state is GuestState.Running or GuestState.Paused;

    private static bool IsSuspect(KnownGuest guest, ProxmoxResource row, DateTimeOffset serverTime, DateTimeOffset now)
    {
        var state = GuestStates.Of(row);
        if (state is GuestState.Unknown)
        {
            // The cluster doesn't hear the node: nothing follows from that.
            return false;
        }

        var isNews = guest.State is GuestState.Unknown || guest.IsDoubtful || !string.Equals(guest.Node, row.Node, StringComparison.Ordinal);
        var isDifferent = state != guest.State
            || (row.Name is { Length: > 0 } name && !string.Equals(name, guest.Name, StringComparison.Ordinal))
            || !GuestTags.AreSame(row.Tags, guest.Tags);
        if (!isDifferent && !WasRestarted(guest, row, serverTime))
        {
            guest.Patience = Staleness;
            return isNews;
        }

        // What it said when the truth was asked for last is no news, until it has had the time to learn.
        if (isNews || !GuestTags.AreSame(row.Tags, guest.RowTags) || guest.ConfirmedAt is not { } confirmed || (state != guest.RowAtConfirmation && state != guest.Row))
        {
            return true;
        }

        if (now - confirmed < guest.Patience)
        {
            return false;
        }

        guest.Patience = guest.Patience * 2 < LongestPatience ? guest.Patience * 2 : LongestPatience;
        return true;
    }

    private static bool WasRestarted(KnownGuest guest, ProxmoxResource row, DateTimeOffset serverTime)
    {
        if (!IsUp(guest.State) || guest.Boot is not { } boot || Uptime.Known(row.Uptime) is not { } uptime)
        {
            return false;
        }

        // A list that stands still, since nobody renews it, says nothing.
        var age = serverTime - boot;
        var isBehind = age - Uptime.Of(uptime) > Staleness + TimeSpan.FromSeconds(10) && uptime != guest.RowUptime;
        return isBehind || (age < Youth && uptime < guest.RowUptime);
    }

    private static void Note(KnownGuest guest, ProxmoxResource row)
    {
        guest.Row = GuestStates.Of(row);
        guest.WasHeard |= guest.Row is not GuestState.Unknown;
        guest.WasSilent |= guest.Row is GuestState.Unknown && guest.WasHeard;
        guest.RowUptime = Uptime.Known(row.Uptime) ?? 0;
        guest.RowTags = row.Tags ?? "";
        guest.Pool = row.Pool ?? "";
    }

    private void NoteSilence(IReadOnlyList<ProxmoxResource> rows) => SilentNodes = rows
        .Where(row => GuestStates.Of(row) is GuestState.Unknown && row.IsGuest(out var id) && _guests.TryGetValue(id, out var guest) && guest.WasHeard)
        .Select(static row => row.Node!)
        .ToHashSet(StringComparer.Ordinal);
}

namespace EventWatcher.Proxmox;

// What follows from a guest's exact state.
internal sealed partial class GuestLedger
{
    private const int AbsencesOfTheGone = 2;

    // Uptimes are whole seconds, and so is the server's time.
    private static readonly TimeSpan BootTolerance = TimeSpan.FromSeconds(3);

    /// <summary>Says whether the guest's own list of tasks is wanted, to tell what was asked for from what happened by itself.</summary>
    public bool WantsExplanation(GuestId id, ProxmoxGuestStatus? status, DateTimeOffset serverTime, DateTimeOffset now)
    {
        if (!_guests.TryGetValue(id, out var guest) || !IsUp(guest.State))
        {
            return false;
        }

        var isDown = status is null || GuestStates.Of(status) is GuestState.Stopped || IsAnotherRun(guest, status, serverTime, now);
        return isDown && !tasks.Since(guest.LastRunning).Any(task => task.Upid.Vmid == id.Vmid && TaskTypes.Plays(task.Upid.Type, TaskRole.Stop) && task.IsRunningOrSucceeded);
    }

    /// <summary>Says whether a guest that its node doesn't know is gone, as far as the lists go.</summary>
    public bool IsGone(GuestId id)
    {
        if (!_guests.TryGetValue(id, out var guest))
        {
            return false;
        }

        return guest.Absences >= AbsencesOfTheGone
            || tasks.Since(guest.LastRunning).Any(task => task.Upid.Vmid == id.Vmid && TaskTypes.Plays(task.Upid.Type, TaskRole.Destroy) && ProxmoxTaskOutcome.IsSuccess(task.Outcome));
    }

    /// <summary>Takes a guest's exact state over.</summary>
    /// <returns>What has happened to it, in order.</returns>
    public IReadOnlyList<Event> Apply(Confirmation confirmation, DateTimeOffset now)
    {
        var events = new List<Event>();
        if (confirmation.Status is not { } status)
        {
            Remove(confirmation, events);
            return events;
        }

        var state = GuestStates.Of(status);
        if (state is GuestState.Unknown)
        {
            return events;
        }

        RemoveReplaced(confirmation, events);
        var boot = confirmation.ServerTime - Uptime.Of(status.Uptime);
        if (!_guests.TryGetValue(confirmation.Id, out var guest))
        {
            guest = new KnownGuest(confirmation.Id)
            {
                Node = confirmation.Node,
                Name = status.Name ?? "",
                Tags = status.Tags ?? "",
                State = GuestState.Stopped,
                LastRunning = confirmation.ServerTime,
                Patience = Staleness,
            };
            _guests.Add(guest.Id, guest);
            tasks.Dismiss(TaskRole.Destroy, guest.Id.Vmid);
            var creation = tasks.Explain(guest.Id.Vmid, TaskRole.Create, DateTimeOffset.MinValue, confirmation.Tasks);
            events.Add(_events.Of(EventAction.ContainerCreate, guest, creation?.End ?? confirmation.ServerTime, creation, confirmation.IsSynthesized));
        }

        confirmation = confirmation with { IsSynthesized = confirmation.IsSynthesized || guest.IsDoubtful || guest.IsHidden };
        var isMoved = Move(guest, confirmation, events);
        Rename(guest, status, confirmation, events);
        Retag(guest, status, confirmation, events);
        Change(guest, state, boot, !isMoved && IsAnotherRun(guest, status, confirmation.ServerTime, now), confirmation, events);
        guest.State = state;
        guest.Pid = IsUp(state) ? status.Pid : null;
        guest.Uptime = IsUp(state) ? Uptime.Known(status.Uptime) : null;
        guest.UptimeAt = now;
        guest.Boot = guest.Uptime is null ? null : boot;
        guest.LastRunning = IsUp(state) ? confirmation.ServerTime : guest.LastRunning;
        guest.Patience = events.Count > 0 ? Staleness : guest.Patience;
        guest.ConfirmedAt = now;
        guest.RowAtConfirmation = guest.Row;
        guest.IsDoubtful = false;
        guest.WasSilent = false;
        guest.IsHidden = false;
        return events;
    }

    // By the process where it is known; else by the time of its start, if our clock and the server's agree, since each of them may be set.
    private static bool IsAnotherRun(KnownGuest guest, ProxmoxGuestStatus status, DateTimeOffset serverTime, DateTimeOffset now)
    {
        if (!IsUp(guest.State) || !IsUp(GuestStates.Of(status)))
        {
            return false;
        }

        if (guest.Pid is { } before && status.Pid is { } after && before != after)
        {
            return true;
        }

        if (Uptime.Known(status.Uptime) is not { } seconds || guest.Uptime is null || guest.Boot is not { } boot)
        {
            return false;
        }

        var uptime = Uptime.Of(seconds) + BootTolerance;
        var isSameProcess = guest.Pid is not null && guest.Pid == status.Pid;

        // Zero is also what is said where it could not be found out.
        return isSameProcess
            ? seconds > 0 && uptime < Uptime.Of(guest.Uptime)
            : serverTime - Uptime.Of(seconds) > boot + BootTolerance && uptime < Uptime.Of(guest.Uptime) + (now - guest.UptimeAt);
    }

    /// <summary>Notes the node.</summary>
    /// <returns>Whether it was moved as it was, so that another process is not another run: not where another node has started it anew in the place of a lost one.</returns>
    private bool Move(KnownGuest guest, Confirmation confirmation, List<Event> events)
    {
        if (string.Equals(guest.Node, confirmation.Node, StringComparison.Ordinal))
        {
            return false;
        }

        var from = guest.Node;
        guest.Node = confirmation.Node;
        var task = tasks.Explain(guest.Id.Vmid, TaskRole.Move, guest.LastRunning, confirmation.Tasks);
        events.Add(_events.Of(
            EventAction.ContainerUpdate, guest, task?.End ?? confirmation.ServerTime, task, confirmation.IsSynthesized, new(ProxmoxWatcher.PreviousNodeAttribute, from)));
        return task is not null || !guest.WasSilent;
    }

    private void Rename(KnownGuest guest, ProxmoxGuestStatus status, Confirmation confirmation, List<Event> events)
    {
        if (status.Name is not { Length: > 0 } name || string.Equals(name, guest.Name, StringComparison.Ordinal))
        {
            return;
        }

        var from = guest.Name;
        guest.Name = name;
        events.Add(_events.Of(EventAction.ContainerRename, guest, confirmation.ServerTime, task: null, confirmation.IsSynthesized, new(ProxmoxWatcher.PreviousNameAttribute, from)));
    }

    private void Retag(KnownGuest guest, ProxmoxGuestStatus status, Confirmation confirmation, List<Event> events)
    {
        var tags = status.Tags ?? guest.RowTags;
        if (GuestTags.AreSame(tags, guest.Tags))
        {
            return;
        }

        var from = guest.Tags;
        guest.Tags = tags;
        events.Add(_events.Of(EventAction.ContainerUpdate, guest, confirmation.ServerTime, task: null, confirmation.IsSynthesized, new(ProxmoxWatcher.PreviousTagsAttribute, from)));
    }

    // Destroyed and made anew between two looks: another guest with the same number.
    private void RemoveReplaced(Confirmation confirmation, List<Event> events)
    {
        if (_guests.ContainsKey(confirmation.Id) && tasks.IsDestroyed(confirmation.Id))
        {
            Remove(confirmation, events);
        }
    }

    private void Change(KnownGuest guest, GuestState state, DateTimeOffset boot, bool isAnotherRun, Confirmation confirmation, List<Event> events)
    {
        if (guest.State is GuestState.Unknown)
        {
            // What it was before nobody knows.
            return;
        }

        if (IsUp(guest.State) && (!IsUp(state) || isAnotherRun))
        {
            End(guest, confirmation, events);
            guest.State = GuestState.Stopped;
        }

        if (guest.State is GuestState.Stopped && IsUp(state))
        {
            var task = tasks.Explain(guest.Id.Vmid, TaskRole.Start, boot - BootTolerance, confirmation.Tasks);
            events.Add(_events.Of(EventAction.ContainerStart, guest, boot, task, confirmation.IsSynthesized));
            guest.State = GuestState.Running;
        }

        if (guest.State != state && state is GuestState.Paused)
        {
            Emit(EventAction.ContainerPause, TaskRole.Pause);
        }
        else if (guest.State is GuestState.Paused && state is GuestState.Running)
        {
            Emit(EventAction.ContainerUnpause, TaskRole.Unpause);
        }

        void Emit(EventAction action, TaskRole role)
        {
            var task = tasks.Explain(guest.Id.Vmid, role, guest.LastRunning, confirmation.Tasks);
            events.Add(_events.Of(action, guest, task?.End ?? confirmation.ServerTime, task, confirmation.IsSynthesized));
        }
    }

    // Every end is a die, as with the other runtimes, and so is what consumers decide on; a stop after it says that somebody wanted it.
    private void End(KnownGuest guest, Confirmation confirmation, List<Event> events)
    {
        var task = tasks.Explain(guest.Id.Vmid, TaskRole.Stop, guest.LastRunning, confirmation.Tasks);
        var time = task?.End ?? confirmation.ServerTime;
        events.Add(_events.Of(EventAction.ContainerDie, guest, time, task, confirmation.IsSynthesized));
        if (task is not null)
        {
            events.Add(_events.Of(EventAction.ContainerStop, guest, time, task, confirmation.IsSynthesized));
        }
    }

    private void Remove(Confirmation confirmation, List<Event> events)
    {
        if (!_guests.Remove(confirmation.Id, out var guest))
        {
            return;
        }

        if (IsUp(guest.State))
        {
            End(guest, confirmation, events);
        }

        var task = tasks.Explain(guest.Id.Vmid, TaskRole.Destroy, DateTimeOffset.MinValue, confirmation.Tasks);
        events.Add(_events.Of(EventAction.ContainerDestroy, guest, task?.End ?? confirmation.ServerTime, task, confirmation.IsSynthesized));
    }
}

namespace EventWatcher.Proxmox;

/// <summary>The guests of one node that are to be confirmed, each once, in the order in which they were suspected. A node that hangs holds up its own lane only.</summary>
internal sealed class ConfirmationLane
{
    private readonly List<GuestId> _order = [];
    private readonly HashSet<GuestId> _pending = [];

    /// <summary>Gets or sets whether somebody works on it.</summary>
    public bool IsRunning { get; set; }

    public void Add(GuestId id)
    {
        if (_pending.Add(id))
        {
            _order.Add(id);
        }
    }

    public IReadOnlyList<GuestId> TakeAll()
    {
        GuestId[] all = [.. _order];
        _order.Clear();
        _pending.Clear();
        return all;
    }
}

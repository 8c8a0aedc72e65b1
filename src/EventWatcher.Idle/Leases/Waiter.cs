namespace EventWatcher.Idle;

/// <summary>Somebody who waits for a lease.</summary>
internal sealed class Waiter(WaitingRoom room, long deadline)
    : TaskCompletionSource<IdleAdmission>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Gets the room; what is left of it is the room's own.</summary>
    public WaitingRoom Room => room;

    /// <summary>Gets when the waiting ends in any case.</summary>
    public long Deadline => deadline;

    /// <summary>Gets or sets the place in the room; null outside.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }
}

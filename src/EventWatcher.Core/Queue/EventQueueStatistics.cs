using System.Runtime.InteropServices;

namespace EventWatcher;

/// <summary>What a queue has done so far.</summary>
/// <remarks>
/// Nothing goes uncounted: while no flush runs, <c>Received = Flushed + Dropped + Failed + Pending</c>.
/// </remarks>
/// <param name="Received">
/// Events that were kept, and those that were dropped, coalesced or sent away on stop; each
/// <see cref="EventAction.ForceReload"/> that the queue made in the place of what was lost counts too. Not the writers
/// of <see cref="QueueOverflow.Wait"/> that still wait or were told that there is no room.
/// </param>
/// <param name="Flushed">Events handed over in batches that the handler accepted.</param>
/// <param name="Dropped">Events coalesced or dropped for want of room, replaced by <see cref="EventQueueOptions.Coalesce"/>, or discarded on stop.</param>
/// <param name="Failed">Events of batches that the handler did not accept in the end: it threw, was cancelled on stop, or abandoned.</param>
/// <param name="Batches">Batches handed over, successfully or not, each counted once.</param>
/// <param name="Failures">Calls of the handler that threw.</param>
/// <param name="Pending">Events that wait.</param>
/// <param name="LastFlushDuration">How long the last call of the handler took.</param>
/// <param name="CurrentFlushDuration">How long the present call of the handler has taken so far; null while none runs.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EventQueueStatistics(
    long Received,
    long Flushed,
    long Dropped,
    long Failed,
    long Batches,
    long Failures,
    int Pending,
    TimeSpan LastFlushDuration,
    TimeSpan? CurrentFlushDuration);

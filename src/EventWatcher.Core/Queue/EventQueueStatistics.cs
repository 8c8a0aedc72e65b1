using System.Runtime.InteropServices;

namespace EventWatcher;

/// <summary>What a queue has done so far.</summary>
/// <param name="Received">Events offered to the queue, kept or not.</param>
/// <param name="Flushed">Events handed over in batches that the handler accepted.</param>
/// <param name="Dropped">Events coalesced or dropped for want of room, replaced by <see cref="EventQueueOptions.Coalesce"/>, or discarded on stop.</param>
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
    long Batches,
    long Failures,
    int Pending,
    TimeSpan LastFlushDuration,
    TimeSpan? CurrentFlushDuration);

namespace EventWatcher;

/// <summary>A queue was full and events were coalesced or dropped as its options say.</summary>
public sealed class QueueOverflowException : EventWatcherException
{
    internal QueueOverflowException(string queueName, QueueOverflow policy, long dropped, int capacity)
        : base(policy == QueueOverflow.ForceReload
            ? $"Queue \"{queueName}\" was full at {capacity} events: {dropped} became a force-reload. Make the handler faster, or enlarge the capacity."
            : $"Queue \"{queueName}\" was full at {capacity} events: {dropped} were lost ({policy}). Make the handler faster, or enlarge the capacity.")
    {
        QueueName = queueName;
        Policy = policy;
        Dropped = dropped;
    }

    /// <summary>Gets which queue.</summary>
    public string QueueName { get; }

    /// <summary>Gets what the queue does when it is full.</summary>
    public QueueOverflow Policy { get; }

    /// <summary>Gets how many events are concerned.</summary>
    public long Dropped { get; }
}

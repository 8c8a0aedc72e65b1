namespace EventWatcher.Sinks;

/// <summary>A queue had no room for an item, and was told to say so.</summary>
public sealed class QueueFullException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="sinkName">Which queue, for people.</param>
    /// <param name="capacity">How many items it holds at most.</param>
    public QueueFullException(string sinkName, int capacity)
        : base($"The queue \"{sinkName}\" holds {capacity} items and has no room for another; try again later, or give it another capacity or overflow.")
    {
        SinkName = sinkName;
        Capacity = capacity;
    }

    /// <summary>Gets which queue.</summary>
    public string SinkName { get; }

    /// <summary>Gets how many items it holds at most.</summary>
    public int Capacity { get; }
}

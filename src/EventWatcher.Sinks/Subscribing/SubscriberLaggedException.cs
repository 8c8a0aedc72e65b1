namespace EventWatcher.Sinks;

/// <summary>A subscriber fell behind its bound and missed items. Subscribe again, and read the true state anew.</summary>
public sealed class SubscriberLaggedException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="capacity">How many items were buffered for the subscriber.</param>
    /// <param name="missed">How many it missed until it was told.</param>
    public SubscriberLaggedException(int capacity, long missed)
        : base($"The subscriber fell behind by more than {capacity} items and missed {missed}; subscribe again and read the true state anew, or give it a larger capacity.")
    {
        Capacity = capacity;
        Missed = missed;
    }

    /// <summary>Gets how many items were buffered for the subscriber.</summary>
    public int Capacity { get; }

    /// <summary>Gets how many items it missed, from the end of the buffer until it was told.</summary>
    public long Missed { get; }
}

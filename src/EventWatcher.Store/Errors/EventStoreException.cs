namespace EventWatcher.Store;

/// <summary>A store could not do what it was asked to: the disk is full, the directory is in use, a flush failed.</summary>
public sealed class EventStoreException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="isOutcomeUnknown">Whether the events of the call may have been stored all the same.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public EventStoreException(string message, bool isOutcomeUnknown = false, Exception? innerException = null)
        : base(message, innerException) => IsOutcomeUnknown = isOutcomeUnknown;

    /// <summary>Gets a value indicating whether the events of the call may have been stored all the same; false means that they were not.</summary>
    public bool IsOutcomeUnknown { get; }
}

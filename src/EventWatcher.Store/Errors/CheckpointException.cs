namespace EventWatcher.Store;

/// <summary>A checkpoint was refused or could not be kept.</summary>
public sealed class CheckpointException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="watcherId">Whose checkpoint.</param>
    /// <param name="sequenceNumber">Where it was to be.</param>
    /// <param name="reason">Why not.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public CheckpointException(string watcherId, long sequenceNumber, string reason, Exception? innerException = null)
        : base($"The checkpoint of \"{watcherId}\" can't be set to {sequenceNumber}: {reason}", innerException)
    {
        WatcherId = watcherId;
        SequenceNumber = sequenceNumber;
    }

    /// <summary>Gets whose checkpoint.</summary>
    public string WatcherId { get; }

    /// <summary>Gets where it was to be.</summary>
    public long SequenceNumber { get; }
}

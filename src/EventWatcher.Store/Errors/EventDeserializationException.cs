namespace EventWatcher.Store;

/// <summary>A stored event's object can't be decoded. The log itself is whole.</summary>
public sealed class EventDeserializationException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="sequenceNumber">Which event.</param>
    /// <param name="objectType">The type of its object.</param>
    /// <param name="reason">Why.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public EventDeserializationException(long sequenceNumber, string objectType, string reason, Exception? innerException = null)
        : base($"Event {sequenceNumber} holds a \"{objectType}\" that can't be decoded: {reason}", innerException)
    {
        SequenceNumber = sequenceNumber;
        ObjectType = objectType;
    }

    /// <summary>Gets which event.</summary>
    public long SequenceNumber { get; }

    /// <summary>Gets the type of its object.</summary>
    public string ObjectType { get; }
}

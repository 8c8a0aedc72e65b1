namespace EventWatcher.Store;

/// <summary>An event could not be turned into bytes, so nothing was stored.</summary>
public sealed class EventSerializationException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="objectType">The type of the object.</param>
    /// <param name="reason">Why.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public EventSerializationException(string objectType, string reason, Exception? innerException = null)
        : base($"A \"{objectType}\" can't be stored: {reason}", innerException) => ObjectType = objectType;

    /// <summary>Gets the type of the object.</summary>
    public string ObjectType { get; }
}

namespace EventWatcher.Sinks;

/// <summary>A sink could not deliver an item. Derive from it for a sink of one's own, so that retries know what is worth one.</summary>
public abstract class SinkWriteException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="sinkName">Which sink, for people.</param>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="isPermanent">Whether another try with the same item can't succeed.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    protected SinkWriteException(string sinkName, string message, bool isPermanent, Exception? innerException = null)
        : base(message, innerException)
    {
        SinkName = sinkName;
        IsPermanent = isPermanent;
    }

    /// <summary>Gets which sink.</summary>
    public string SinkName { get; }

    /// <summary>Gets a value indicating whether another try with the same item can't succeed.</summary>
    public bool IsPermanent { get; }
}

namespace EventWatcher;

/// <summary>A sink was written to after it was closed. Terminal: a retry can't help.</summary>
public sealed class SinkClosedException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="sinkName">Which sink, for people.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public SinkClosedException(string sinkName, Exception? innerException = null)
        : base($"The sink \"{sinkName}\" is closed and takes no more items.", innerException) => SinkName = sinkName;

    /// <summary>Gets which sink.</summary>
    public string SinkName { get; }
}

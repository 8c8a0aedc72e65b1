namespace EventWatcher.Sinks;

/// <summary>A child did not take an item in time. Worth another try.</summary>
public sealed class SinkTimeoutException : SinkWriteException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="sinkName">Which sink, for people.</param>
    /// <param name="timeout">How long was waited.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public SinkTimeoutException(string sinkName, TimeSpan timeout, Exception? innerException = null)
        : base(sinkName, $"The child of the sink \"{sinkName}\" did not take an item within {timeout}.", isPermanent: false, innerException) =>
        Timeout = timeout;

    /// <summary>Gets how long was waited.</summary>
    public TimeSpan Timeout { get; }
}

namespace EventWatcher.Sinks;

/// <summary>A retrying sink has given an item up.</summary>
public sealed class RetriesExhaustedException : SinkWriteException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="sinkName">Which sink, for people.</param>
    /// <param name="attempts">How many attempts were made.</param>
    /// <param name="innerException">What the last one threw.</param>
    public RetriesExhaustedException(string sinkName, long attempts, Exception innerException)
        : base(sinkName, $"The sink \"{sinkName}\" has given an item up after {attempts} attempts.", isPermanent: true, innerException) =>
        Attempts = attempts;

    /// <summary>Gets how many attempts were made.</summary>
    public long Attempts { get; }
}

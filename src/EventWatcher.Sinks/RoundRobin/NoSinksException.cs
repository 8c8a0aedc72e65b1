namespace EventWatcher.Sinks;

/// <summary>A round robin has no child left that is not closed.</summary>
public sealed class NoSinksException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="sinkName">Which sink, for people.</param>
    public NoSinksException(string sinkName)
        : base($"The sink \"{sinkName}\" has no open sink left to give the item to; add one.") => SinkName = sinkName;

    /// <summary>Gets which sink.</summary>
    public string SinkName { get; }
}

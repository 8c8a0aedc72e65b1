namespace EventWatcher.Store;

/// <summary>What lies on the disk is not what was written there.</summary>
public sealed class EventStoreDamagedException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="file">Which file.</param>
    /// <param name="offset">Where in it, in bytes.</param>
    /// <param name="sequences">Which events are concerned, as far as can be told.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public EventStoreDamagedException(string file, long offset, SequenceRange sequences, string reason, Exception? innerException = null)
        : base($"The event log is damaged: {file} at byte {offset} (events {sequences}): {reason}", innerException)
    {
        File = file;
        Offset = offset;
        Sequences = sequences;
    }

    /// <summary>Gets which file.</summary>
    public string File { get; }

    /// <summary>Gets where in it, in bytes.</summary>
    public long Offset { get; }

    /// <summary>Gets which events are concerned, as far as can be told.</summary>
    public SequenceRange Sequences { get; }
}

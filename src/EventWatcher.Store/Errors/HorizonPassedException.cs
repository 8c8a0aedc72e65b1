namespace EventWatcher.Store;

/// <summary>Events were collected before a watcher, or another reader, had read them. A watcher goes on with the oldest that is still there.</summary>
public sealed class HorizonPassedException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="watcherId">Which watcher.</param>
    /// <param name="missing">The events that are gone.</param>
    public HorizonPassedException(string watcherId, SequenceRange missing)
        : base($"Watcher \"{watcherId}\": {missing.Count} events ({missing}) were collected before it read them; read the true state anew where that matters.")
    {
        WatcherId = watcherId;
        Missing = missing;
    }

    /// <summary>Initializes the exception for a reader that is no watcher.</summary>
    /// <param name="missing">The events that are gone.</param>
    public HorizonPassedException(SequenceRange missing)
        : base($"{missing.Count} events ({missing}) were collected before they were read; read the true state anew where that matters, and go on after {missing.Last}.")
    {
        WatcherId = "";
        Missing = missing;
    }

    /// <summary>Gets which watcher; empty where the reader is none.</summary>
    public string WatcherId { get; }

    /// <summary>Gets the events that are gone.</summary>
    public SequenceRange Missing { get; }
}

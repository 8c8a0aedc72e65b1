namespace EventWatcher;

/// <summary>
/// A consumer read too slowly, and events were coalesced into one <see cref="EventAction.ForceReload"/>.
/// Reported when that event is read, or when the source has ended before, so that the count is exact.
/// </summary>
public sealed class WatcherOverflowException : WatcherException
{
    internal WatcherOverflowException(string watcherName, Overflow overflow, int capacity)
        : base(
            watcherName,
            $"{overflow.Dropped} events of {overflow.Type} \"{overflow.Source}\" found no room in the stream's buffer of {capacity} and became one force-reload. Read faster, or enlarge the capacity.")
    {
        Type = overflow.Type;
        EventSource = overflow.Source;
        Dropped = overflow.Dropped;
    }

    /// <summary>Gets the type of the events that were lost.</summary>
    public EventType Type { get; }

    /// <summary>Gets the source of the events that were lost.</summary>
    public string EventSource { get; }

    /// <summary>Gets how many events were lost.</summary>
    public long Dropped { get; }
}

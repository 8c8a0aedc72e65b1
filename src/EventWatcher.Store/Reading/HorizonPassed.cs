namespace EventWatcher.Store;

/// <summary>Tells that events which a reader asked for have been collected.</summary>
/// <param name="Missing">The events that are gone.</param>
public sealed record HorizonPassed(SequenceRange Missing)
{
    /// <summary>Gets how many events are gone.</summary>
    public long Count => Missing.Count;
}

namespace EventWatcher.TestKit;

/// <summary>What a conformance test looks for among the events of a watcher.</summary>
/// <param name="Action">The action; an event that has more flags is a match too.</param>
/// <param name="ActorName">The actor's name, or a file's path.</param>
public sealed record ExpectedEvent(EventAction Action, string ActorName)
{
    /// <summary>Says whether an event is the one looked for.</summary>
    /// <param name="item">The event.</param>
    /// <returns>True when action and actor are right.</returns>
    public bool Matches(Event item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return (item.Action & Action) == Action && string.Equals(item.ActorName, ActorName, StringComparison.Ordinal);
    }
}

namespace EventWatcher.Store;

/// <summary>What kind of place an <see cref="EventIterator"/> is.</summary>
public enum EventIteratorKind
{
    /// <summary>The oldest event that is still there.</summary>
    TrimHorizon = 0,

    /// <summary>What is stored after now.</summary>
    Latest = 1,

    /// <summary>An event by its number, included.</summary>
    AtSequenceNumber = 2,

    /// <summary>Behind an event by its number.</summary>
    AfterSequenceNumber = 3,

    /// <summary>The first event stored at or after a time.</summary>
    AtTime = 4,
}

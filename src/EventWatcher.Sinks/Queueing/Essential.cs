namespace EventWatcher.Sinks;

/// <summary>
/// Items that no overflow may drop: the events that say that something is missing. Of those with one key the latest
/// says all that the earlier ones say.
/// </summary>
internal static class Essential
{
    /// <summary>Gets the item's key; null where it may be dropped as any other.</summary>
    public static object? KeyOf<T>(T item) => item is Event candidate && candidate.Action.IsForceReload ? (candidate.Type, candidate.Source) : null;
}

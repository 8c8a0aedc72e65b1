namespace EventWatcher;

internal static class BatchCoalescing
{
    /// <summary>Of the events of one key keeps the latest, at its place. ForceReload and events without key stay.</summary>
    public static Event[] KeepLatest(Event[] batch, Func<Event, object?> keyOf)
    {
        var seen = new HashSet<object>(batch.Length);
        var kept = new Event[batch.Length];
        var first = kept.Length;
        for (var i = batch.Length - 1; i >= 0; i--)
        {
            if (batch[i].Action.IsForceReload || keyOf(batch[i]) is not { } key || seen.Add(key))
            {
                kept[--first] = batch[i];
            }
        }

        return first == 0 ? kept : kept[first..];
    }
}

namespace EventWatcher.Sinks;

/// <summary>What waits in a buffer: an item, or the mark that stands for dropped ones.</summary>
internal struct Slot<T>(T item)
{
    public readonly T Item = item;

    /// <summary>How many items this mark stands for; 0 for an item.</summary>
    public long Missing;
}

namespace EventWatcher.Store;

/// <summary>What the entries of a checkpoint journal come to.</summary>
internal sealed class JournalState
{
    public SortedDictionary<string, Checkpoint> Checkpoints { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the number of the first event that is not collected.</summary>
    public long Horizon { get; private set; } = 1;

    public void Apply(JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalEntryKind.Set:
                Checkpoints[entry.WatcherId] = new Checkpoint(entry.WatcherId, entry.Number, new DateTimeOffset(entry.Timestamp, TimeSpan.Zero));
                break;
            case JournalEntryKind.Delete:
                entry.HadEffect = Checkpoints.Remove(entry.WatcherId);
                break;
            case JournalEntryKind.Horizon:
                Horizon = entry.Number;
                break;
        }
    }

    /// <summary>Returns the entries that come to the same.</summary>
    public List<JournalEntry> ToEntries() =>
    [
        new JournalEntry(JournalEntryKind.Horizon, "", Horizon, 0),
        .. Checkpoints.Values.Select(static checkpoint =>
            new JournalEntry(JournalEntryKind.Set, checkpoint.WatcherId, checkpoint.SequenceNumber, checkpoint.UpdatedAt.UtcTicks)),
    ];
}

namespace EventWatcher.Store;

/// <summary>One file of a log.</summary>
/// <param name="File">Its name.</param>
/// <param name="Sequences">The events in it, as far as they can be read.</param>
/// <param name="Bytes">How much of the disk it takes.</param>
/// <param name="UsedBytes">How much of that its events take.</param>
/// <param name="Damage">What is wrong with it; null where nothing is.</param>
public sealed record SegmentDescription(string File, SequenceRange Sequences, long Bytes, long UsedBytes, EventStoreDamagedException? Damage);

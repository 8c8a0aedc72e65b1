namespace EventWatcher.Store;

/// <summary>What was found whole.</summary>
/// <param name="Segments">How many files of events.</param>
/// <param name="Events">How many events, those among them that are collected but still in a file.</param>
/// <param name="Bytes">How many bytes they take.</param>
public sealed record EventStoreVerification(int Segments, long Events, long Bytes);

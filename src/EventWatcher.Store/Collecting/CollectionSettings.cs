namespace EventWatcher.Store;

/// <summary>When events are collected; zero stands for never.</summary>
internal sealed record CollectionSettings(TimeSpan Age, TimeSpan MaxAge, long MaxBytes);

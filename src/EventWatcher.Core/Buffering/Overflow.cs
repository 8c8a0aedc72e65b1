namespace EventWatcher;

/// <summary>What one ForceReload stands for.</summary>
internal sealed record Overflow(EventType Type, string Source, long Dropped);

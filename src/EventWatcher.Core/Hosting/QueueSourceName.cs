namespace EventWatcher;

/// <summary>A watcher that a queue was told to take.</summary>
/// <param name="Name">The watcher's name.</param>
/// <param name="Key">The key of the configuration that says so; null for code.</param>
internal sealed record QueueSourceName(string Name, string? Key);

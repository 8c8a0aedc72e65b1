namespace EventWatcher;

/// <summary>Placeholder of the contract; see the next step.</summary>
public sealed class WatchStream;

namespace EventWatcher.Sinks;

/// <summary>Something in which items wait, for the metrics.</summary>
internal interface IHasDepth
{
    string Name { get; }

    int Depth { get; }
}

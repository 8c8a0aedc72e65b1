namespace EventWatcher.Docker.Tests;

/// <summary>Tests that count what the process holds, or that measure, and so want it for themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

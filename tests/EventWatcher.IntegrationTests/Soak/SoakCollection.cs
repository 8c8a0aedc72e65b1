namespace EventWatcher.IntegrationTests;

/// <summary>Alone: it counts what the process holds, and loads the machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SoakCollection
{
    public const string Name = "soak";
}

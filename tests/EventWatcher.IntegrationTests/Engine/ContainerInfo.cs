namespace EventWatcher.IntegrationTests;

/// <summary>What the engine says of a container; <paramref name="State"/> is "created", "running", "paused", "exited" and so on.</summary>
public sealed record ContainerInfo(string Id, string Name, string State, IReadOnlyDictionary<string, string> Labels);

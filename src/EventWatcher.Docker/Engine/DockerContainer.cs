namespace EventWatcher.Docker;

/// <summary>One container in the engine's list.</summary>
/// <remarks>What an engine leaves out is empty, never null.</remarks>
public sealed record DockerContainer
{
    /// <summary>Gets the full id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the first of the names, without a leading slash; empty where there is none.</summary>
    public string Name => Names.Count > 0 ? Names[0] : "";

    /// <summary>Gets the names, without a leading slash.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Gets the image, as it was given when the container was created.</summary>
    public string Image { get; init; } = "";

    /// <summary>
    /// Gets the state in one word: <c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>,
    /// <c>exited</c>, <c>dead</c>.
    /// </summary>
    public string State { get; init; } = "";

    /// <summary>Gets the state in the engine's words for people, as in <c>Up 2 hours (healthy)</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Gets the labels.</summary>
    public EventAttributes Labels { get; init; } = EventAttributes.Empty;

    /// <summary>Gets when it was created, to the second.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Gets the ports.</summary>
    public IReadOnlyList<DockerPort> Ports { get; init; } = [];

    /// <summary>Gets the network mode: <c>default</c>, <c>bridge</c>, <c>host</c>, <c>none</c>, <c>container:ID</c> or a network's name.</summary>
    public string NetworkMode { get; init; } = "";

    /// <summary>Gets the networks it is attached to.</summary>
    public IReadOnlyList<DockerNetwork> Networks { get; init; } = [];
}

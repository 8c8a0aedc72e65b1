namespace EventWatcher.Docker;

/// <summary>One container, inspected.</summary>
/// <remarks>What an engine leaves out is empty, never null, unless it says otherwise.</remarks>
public sealed record DockerContainerDetails
{
    /// <summary>Gets the full id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name, without a leading slash.</summary>
    public string Name { get; init; } = "";

    /// <summary>Gets the image, as it was given when the container was created.</summary>
    public string Image { get; init; } = "";

    /// <summary>Gets when it was created; null where the engine does not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Gets its state.</summary>
    public DockerContainerState State { get; init; } = new();

    /// <summary>Gets the labels.</summary>
    public EventAttributes Labels { get; init; } = EventAttributes.Empty;

    /// <summary>Gets the signal that a stop sends; null where none is set, which means SIGTERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Gets how long a stop may take before it kills; null where none is set, which means the engine's 10 s.</summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>Gets the restart policy: <c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure</c>; empty means <c>no</c>.</summary>
    public string RestartPolicy { get; init; } = "";

    /// <summary>Gets a value indicating whether the engine restarts it when it ends by itself.</summary>
    public bool HasRestartPolicy => RestartPolicy is not ("" or "no");

    /// <summary>Gets the network mode: <c>default</c>, <c>bridge</c>, <c>host</c>, <c>none</c>, <c>container:ID</c> or a network's name.</summary>
    public string NetworkMode { get; init; } = "";

    /// <summary>Gets the ports, exposed or published; those published on several addresses come several times.</summary>
    public IReadOnlyList<DockerPort> Ports { get; init; } = [];

    /// <summary>Gets the networks it is attached to.</summary>
    public IReadOnlyList<DockerNetwork> Networks { get; init; } = [];
}

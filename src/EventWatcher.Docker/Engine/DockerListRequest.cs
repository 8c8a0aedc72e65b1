using System.Collections.ObjectModel;

namespace EventWatcher.Docker;

/// <summary>Which containers <see cref="IDockerEngine.ListContainersAsync"/> asks for.</summary>
public sealed record DockerListRequest
{
    /// <summary>Gets a value indicating whether containers that do not run are listed as well.</summary>
    /// <value>The default is true.</value>
    public bool All { get; init; } = true;

    /// <summary>
    /// Gets the engine's filters: OR among the values of a term, AND across terms (and among labels). Empty for all containers.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Filters { get; init; } =
        ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty;
}

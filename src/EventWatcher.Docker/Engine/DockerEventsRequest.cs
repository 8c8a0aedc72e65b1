using System.Collections.ObjectModel;

namespace EventWatcher.Docker;

/// <summary>Which events <see cref="IDockerEngine.OpenEventsAsync"/> asks for.</summary>
public sealed record DockerEventsRequest
{
    /// <summary>
    /// Gets the time of the first event, inclusive, in nanoseconds since 1970, by the engine's clock. The engine
    /// repeats what is in its memory of 256 events. Null for new events only.
    /// </summary>
    public long? SinceNanoseconds { get; init; }

    /// <summary>
    /// Gets the time after which the engine ends the stream, in nanoseconds since 1970, by the engine's clock. Null for never.
    /// Podman waits for no time that is still to come: it ends the stream after what there is up to then.
    /// </summary>
    public long? UntilNanoseconds { get; init; }

    /// <summary>
    /// Gets the engine's filters: OR among the values of a term, AND across terms (and among labels). Empty for all events.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Filters { get; init; } =
        ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty;
}

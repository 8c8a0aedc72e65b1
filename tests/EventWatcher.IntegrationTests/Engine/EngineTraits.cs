namespace EventWatcher.IntegrationTests;

/// <summary>In what two engines of one API differ, as the tests expect it.</summary>
public sealed record EngineTraits
{
    /// <summary>What every engine tells that this library has no word for, and an operation may or may not bring with it.</summary>
    private static readonly string[] PodmansOwn = ["init", "cleanup"];

    public static EngineTraits Docker { get; } = new() { Program = "dockerd", Package = "docker.io" };

    public static EngineTraits Podman { get; } = new() { Program = "podman", Package = "podman", IsPodman = true };

    public required string Program { get; init; }

    public required string Package { get; init; }

    public bool IsPodman { get; init; }

    /// <summary>A start of Podman's is four processes, and there is a Docker engine that has done the whole number.</summary>
    public int Operations(int ofDocker) => IsPodman ? ofDocker / 4 : ofDocker;

    /// <summary>
    /// Podman thaws nothing by itself: the stop of a paused container is an error of its. (So is its start, which Docker
    /// refuses, too.)
    /// </summary>
    public bool StopsPaused => !IsPodman;

    /// <summary>
    /// The words that a test compares. Podman has a "stop" only where it sees the end before its own clean-up does, which
    /// is a race, and its own words besides.
    /// </summary>
    public IReadOnlyList<string> Certain(IEnumerable<string> actions) =>
        [.. actions.Where(action => !IsPodman || !(action is "stop" || PodmansOwn.Contains(action, StringComparer.Ordinal)))];

    /// <summary>What is told of the end of a running container that is removed. Podman ends it without a "kill".</summary>
    public IReadOnlyList<string> RemovalOfRunning => IsPodman ? ["die", "destroy"] : ["kill", "die", "destroy"];

    /// <summary>As <see cref="RemovalOfRunning"/>, for a stop.</summary>
    public IReadOnlyList<string> Stop => IsPodman ? ["die"] : ["kill", "die", "stop"];

    /// <summary>The word for a container that is gone.</summary>
    public string Removed => IsPodman ? "remove" : "destroy";

    /// <summary>As <see cref="Stop"/>, for a restart. Podman says so first.</summary>
    public IReadOnlyList<string> Restart => IsPodman ? ["restart", "die", "start"] : ["kill", "die", "stop", "start", "restart"];
}

namespace EventWatcher.IntegrationTests;

/// <summary>A container to create. As it stands: no network, runs until told to stop, and stops at once when told.</summary>
public sealed record ContainerSpec
{
    /// <summary>Handles SIGTERM, for those who set <see cref="StopSignal"/> to it.</summary>
    public static readonly IReadOnlyList<string> RunUntilStopped = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1000 & wait; done"];

    public string? Name { get; init; }

    public string Image { get; init; } = DockerEngineHost.Image;

    public IReadOnlyList<string> Command { get; init; } = RunUntilStopped;

    /// <summary>"none" or "host": the private engine has no others.</summary>
    public string Network { get; init; } = "none";

    /// <summary>On top of the label that says whose container it is.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// What a stop sends, null for SIGTERM. A shell that has only just been started has no trap yet, and process 1
    /// ignores what it doesn't handle: the stop would last its whole time and tell of a second kill.
    /// </summary>
    public string? StopSignal { get; init; } = "SIGKILL";

    /// <summary>Seconds from the stop signal to SIGKILL.</summary>
    public int StopTimeout { get; init; } = 2;

    /// <summary>"no", "always", "unless-stopped", "on-failure".</summary>
    public string RestartPolicy { get; init; } = "no";

    /// <summary>Removed by the engine itself as soon as it ends.</summary>
    public bool AutoRemove { get; init; }
}

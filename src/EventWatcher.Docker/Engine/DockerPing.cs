namespace EventWatcher.Docker;

/// <summary>What an engine says of itself when it is asked whether it is there.</summary>
public sealed record DockerPing
{
    private static readonly Version StopSignalVersion = new(1, 42);

    /// <summary>Gets the API version that the calls use: the newest that both sides speak.</summary>
    public required Version ApiVersion { get; init; }

    /// <summary>Gets the newest API version of the engine, as it was sent; null where it says none.</summary>
    public string? ServerApiVersion { get; init; }

    /// <summary>Gets the engine's own clock when it answered, to the second; null where it says none.</summary>
    public DateTimeOffset? EngineTime { get; init; }

    /// <summary>Gets the engine's name and version, as in <c>Docker/20.10.24 (linux)</c>; null where it says none.</summary>
    public string? Server { get; init; }

    /// <summary>Gets the operating system of its containers, as in <c>linux</c>; null where it says none.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Gets the version of Podman's own API; null where the engine is not Podman.</summary>
    public string? LibpodVersion { get; init; }

    /// <summary>Gets a value indicating whether the engine heeds the signal given to a stop: not below API 1.42, nor Podman.</summary>
    public bool SupportsStopSignal => LibpodVersion is null && ApiVersion >= StopSignalVersion;
}

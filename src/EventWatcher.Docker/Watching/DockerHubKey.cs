namespace EventWatcher.Docker;

/// <summary>What two subscriptions must have in common to share one stream: the engine, and how the stream is kept.</summary>
/// <remarks>
/// Engine is the object that the user gave, or null; Endpoint, with its credentials, is null then. Source is what
/// <see cref="Event.Source"/> says.
/// </remarks>
internal sealed record DockerHubKey(
    IDockerEngine? Engine,
    DockerEndpoint? Endpoint,
    string Source,
    TimeSpan Timeout,
    DockerResume Resume,
    TimeSpan RetryDelay,
    TimeSpan MaxRetryDelay,
    TimeSpan AuditInterval,
    TimeProvider TimeProvider);

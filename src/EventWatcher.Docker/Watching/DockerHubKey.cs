namespace EventWatcher.Docker;

/// <summary>What two subscriptions must have in common to share one stream: the engine, and how the stream is kept.</summary>
internal sealed record DockerHubKey(
    IDockerEngine? Engine,
    string EngineName,
    string Source,
    TimeSpan Timeout,
    string? CertificateAuthorityFile,
    string? CertificateFile,
    string? KeyFile,
    bool SkipVerification,
    DockerResume Resume,
    TimeSpan RetryDelay,
    TimeSpan MaxRetryDelay,
    TimeSpan AuditInterval,
    TimeProvider TimeProvider)
{
    public static DockerHubKey Of(IDockerEngine? engine, string engineName, string source, DockerWatcherOptions options, TimeProvider timeProvider) => new(
        engine,
        engineName,
        source,
        options.Timeout,
        options.Tls?.CertificateAuthorityFile,
        options.Tls?.CertificateFile,
        options.Tls?.KeyFile,
        options.Tls?.SkipVerification ?? false,
        options.Resume,
        options.RetryDelay,
        options.MaxRetryDelay,
        options.AuditInterval,
        timeProvider);
}

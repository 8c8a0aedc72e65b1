namespace EventWatcher.Docker;

/// <summary>The TLS of one endpoint; a copy of <see cref="DockerTlsOptions"/> that does not change any more.</summary>
internal sealed record DockerTlsSettings(
    string? CertificateAuthorityFile = null,
    string? CertificateFile = null,
    string? KeyFile = null,
    bool SkipVerification = false)
{
    internal static DockerTlsSettings From(DockerTlsOptions options) =>
        new(options.CertificateAuthorityFile, options.CertificateFile, options.KeyFile, options.SkipVerification);
}

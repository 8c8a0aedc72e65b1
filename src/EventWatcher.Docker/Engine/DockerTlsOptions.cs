namespace EventWatcher.Docker;

/// <summary>How TLS is spoken with an engine. The files are read anew for every connection, so that they can be renewed.</summary>
public sealed class DockerTlsOptions
{
    /// <summary>Gets or sets the PEM file of the certificate authority that the engine's certificate must come from.</summary>
    /// <value>The default is null: the machine's own roots. Where it is set, only it is trusted.</value>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>Gets or sets the PEM file of the client's certificate (and the chain up to its root).</summary>
    /// <value>The default is null: no client certificate. Goes with <see cref="KeyFile"/>.</value>
    public string? CertificateFile { get; set; }

    /// <summary>Gets or sets the PEM file of the client's private key, not encrypted.</summary>
    /// <value>The default is null. Goes with <see cref="CertificateFile"/>.</value>
    public string? KeyFile { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the engine's certificate and host name are not checked. Whoever sits
    /// between can then read and change everything.
    /// </summary>
    /// <value>The default is false.</value>
    public bool SkipVerification { get; set; }
}

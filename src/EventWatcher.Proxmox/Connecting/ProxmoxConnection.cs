namespace EventWatcher.Proxmox;

/// <summary>How a cluster is reached, decided once. Two that are equal may share one watcher.</summary>
internal sealed record ProxmoxConnection(
    Uri Endpoint,
    string Cluster,
    ProxmoxCredential Credential,
    string? Fingerprint,
    string? CertificateAuthorityFile,
    TimeSpan Timeout)
{
    public override string ToString() => $"{Cluster} at {Endpoint}";
}

namespace EventWatcher.Proxmox;

/// <summary>The variables that stand in for options.</summary>
internal sealed class ProxmoxEnvironment(Func<string, string?> read)
{
    public const string EndpointName = "PROXMOX_VE_ENDPOINT";

    public static ProxmoxEnvironment Current { get; } = new(Environment.GetEnvironmentVariable);

    public string? Endpoint => Read(EndpointName);

    public string? Token => Read("PROXMOX_VE_API_TOKEN");

    public string? TokenFile => Read("PROXMOX_VE_API_TOKEN_FILE");

    public string? User => Read("PROXMOX_VE_USERNAME");

    public string? Password => Read("PROXMOX_VE_PASSWORD");

    public string? PasswordFile => Read("PROXMOX_VE_PASSWORD_FILE");

    public string? Fingerprint => Read("PROXMOX_VE_FINGERPRINT");

    public string? CertificateAuthorityFile => Read("PROXMOX_VE_CA_FILE");

    // Set to nothing counts as not set.
    private string? Read(string name) => read(name) is { Length: > 0 } value ? value : null;
}

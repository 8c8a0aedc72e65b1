namespace EventWatcher.Proxmox;

/// <summary>How a Proxmox VE cluster is reached.</summary>
/// <remarks>
/// What is null is looked for in the environment, once: <c>PROXMOX_VE_ENDPOINT</c>, <c>PROXMOX_VE_API_TOKEN</c>,
/// <c>PROXMOX_VE_API_TOKEN_FILE</c>, <c>PROXMOX_VE_USERNAME</c>, <c>PROXMOX_VE_PASSWORD</c>, <c>PROXMOX_VE_PASSWORD_FILE</c>,
/// <c>PROXMOX_VE_FINGERPRINT</c>, <c>PROXMOX_VE_CA_FILE</c>; those that say who one is only where no option does.
/// </remarks>
public class ProxmoxOptions
{
    /// <summary>Gets or sets one of the cluster's nodes.</summary>
    /// <value><c>https://host:8006</c>; <c>https://</c> and <c>:8006</c> may be left out. The default is null: the environment.</value>
    public string? Endpoint { get; set; }

    /// <summary>Gets or sets the name of the cluster, by which its guests are qualified: <c>name/lxc/101</c>.</summary>
    /// <value>The default is null: the endpoint's host. Set it where several nodes may be spoken to in turn.</value>
    public string? Cluster { get; set; }

    /// <summary>Gets or sets an API token.</summary>
    /// <value><c>user@realm!id=secret</c>. The default is null.</value>
    public string? Token { get; set; }

    /// <summary>Gets or sets a file with an API token. It is read again after the token was refused.</summary>
    /// <value>The default is null.</value>
    public string? TokenFile { get; set; }

    /// <summary>Gets or sets a user, where there is no token. A token needs fewer requests and is the better choice.</summary>
    /// <value><c>user@realm</c>. The default is null.</value>
    public string? User { get; set; }

    /// <summary>Gets or sets the user's password.</summary>
    /// <value>The default is null.</value>
    public string? Password { get; set; }

    /// <summary>Gets or sets a file with the user's password. It is read at each login.</summary>
    /// <value>The default is null.</value>
    public string? PasswordFile { get; set; }

    /// <summary>Gets or sets the SHA-256 fingerprint of the certificate, which then is trusted, and no other.</summary>
    /// <value>64 hexadecimal digits, with or without colons, as <c>pvenode cert info</c> shows them. The default is null.</value>
    public string? Fingerprint { get; set; }

    /// <summary>Gets or sets a PEM file with the authority that is trusted, and no other, such as a copy of <c>/etc/pve/pve-root-ca.pem</c>.</summary>
    /// <value>The default is null: the machine's own roots.</value>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>Gets or sets how long a request may take, connecting included.</summary>
    /// <value>The default is 10 s. From 4 s, since a refused token takes the server three, to 1 day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a task may take to start, kill, pause or unpause a guest, and to stop one beyond the stop's own time.</summary>
    /// <value>The default is 2 minutes. From 1 s to 1 day.</value>
    public TimeSpan ActionTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Gets or sets whether containers may be paused. Proxmox VE does it by checkpoints, which are experimental: the
    /// container shows as stopped meanwhile.
    /// </summary>
    /// <value>The default is false: pausing a container is refused. Virtual machines can always be paused.</value>
    public bool AllowContainerCheckpoints { get; set; }
}

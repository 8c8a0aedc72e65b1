namespace EventWatcher.Proxmox;

/// <summary>Why a cluster can't be reached.</summary>
public enum ProxmoxUnreachableReason
{
    /// <summary>For another reason; see the message.</summary>
    Other = 0,

    /// <summary>The host's name is not known.</summary>
    UnknownHost,

    /// <summary>Nobody listens there.</summary>
    Refused,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>The connection was lost before the answer was complete.</summary>
    ConnectionLost,

    /// <summary>The certificate is not the pinned one, not signed by the authority, for another name, or expired.</summary>
    CertificateRefused,

    /// <summary>TLS failed for another reason.</summary>
    TlsFailed,
}

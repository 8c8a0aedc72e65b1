using System.Security.Authentication;

namespace EventWatcher.Proxmox;

/// <summary>Comes out of the TLS handshake when the certificate is not to be trusted; the client turns it into its own.</summary>
internal sealed class ProxmoxCertificateException(string message) : AuthenticationException(message);

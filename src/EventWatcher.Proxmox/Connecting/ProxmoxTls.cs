using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventWatcher.Proxmox;

/// <summary>Which certificates are trusted: the pinned one, those of an authority, or what the machine trusts. Never all.</summary>
internal static class ProxmoxTls
{
    public static SslClientAuthenticationOptions OptionsFor(ProxmoxConnection connection)
    {
        if (connection.Fingerprint is { } pinned)
        {
            return new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => IsPinned(connection, pinned, certificate) };
        }

        var options = new SslClientAuthenticationOptions();
        if (connection.CertificateAuthorityFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            options.CertificateChainPolicy = policy;
        }

        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors == SslPolicyErrors.None
            ? true
            : throw new ProxmoxCertificateException(Words(connection, certificate, chain, errors));
        return options;
    }

    public static string FingerprintOf(X509Certificate certificate) =>
        string.Join(':', SHA256.HashData(certificate.GetRawCertData()).Select(static value => value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));

    private static bool IsPinned(ProxmoxConnection connection, string pinned, X509Certificate? certificate)
    {
        if (certificate is null)
        {
            throw new ProxmoxCertificateException($"{connection.Endpoint.Authority} shows no certificate.");
        }

        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.GetRawCertData()), Convert.FromHexString(pinned))
            ? true
            : throw new ProxmoxCertificateException(
                $"{connection.Endpoint.Authority} shows another certificate than the pinned one: its fingerprint is {FingerprintOf(certificate)}. "
                + "If it was renewed, compare with \"pvenode cert info\" on the node and set the new fingerprint; else somebody is in between.");
    }

    private static string Words(ProxmoxConnection connection, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return $"{connection.Endpoint.Authority} shows no certificate.";
        }

        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        var what = errors switch
        {
            _ when status.HasFlag(X509ChainStatusFlags.NotTimeValid) =>
                $"is not valid now (valid from {certificate.GetEffectiveDateString()} to {certificate.GetExpirationDateString()}). Renew it (\"pvecm updatecerts\" on the node), or correct this machine's clock",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
                $"is for another name ({certificate.Subject}). Use the name that it is for, or pin its fingerprint",
            _ => $"is not trusted ({status}). Give the cluster's authority (/etc/pve/pve-root-ca.pem) or pin the fingerprint, after comparing it on the node",
        };
        return $"The certificate of {connection.Endpoint.Authority}, with the fingerprint {FingerprintOf(certificate)}, {what}.";
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventWatcher.TestKit;

/// <summary>A server's certificate with the authority that signed it, made on the spot.</summary>
internal sealed class FakeProxmoxCertificate : IDisposable
{
    private readonly X509Certificate2 _authority;

    public FakeProxmoxCertificate(string node, bool isExpired)
    {
        // The system's clock: this is what the other side's TLS goes by.
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Proxmox Virtual Environment, O=PVE Cluster Manager CA", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _authority = request.CreateSelfSigned(now.AddDays(-10), now.AddDays(10));
        Server = Issue(_authority, node, now.AddDays(-5), isExpired ? now.AddDays(-1) : now.AddDays(5));
        Fingerprint = string.Join(':', SHA256.HashData(Server.RawData).Select(static value => value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    public X509Certificate2 Server { get; }

    public string Fingerprint { get; }

    public string AuthorityPem => _authority.ExportCertificatePem();

    public void Dispose()
    {
        Server.Dispose();
        _authority.Dispose();
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string node, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={node}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(node);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var issued = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);

        // A key that lives only in memory is not accepted for TLS on every platform; a PKCS#12 round trip is.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }
}

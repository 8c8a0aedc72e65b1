using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventWatcher.Docker.Tests;

/// <summary>A certificate authority made on the spot, with a server's and a client's certificate.</summary>
internal sealed class FakeTls : IDisposable
{
    private readonly X509Certificate2 _authority;

    /// <param name="serverName">The name on the server's certificate, besides 127.0.0.1 when it is localhost.</param>
    public FakeTls(string serverName = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Fake Engine CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        Server = Issue(serverName, "1.3.6.1.5.5.7.3.1");
        Client = Issue("client", "1.3.6.1.5.5.7.3.2");
    }

    public X509Certificate2 Server { get; }

    public X509Certificate2 Client { get; }

    /// <summary>The authority without its key.</summary>
    public X509Certificate2 Authority => X509CertificateLoader.LoadCertificate(_authority.RawData);

    /// <summary>Writes ca.pem, cert.pem and key.pem, the layout of DOCKER_CERT_PATH.</summary>
    public void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "ca.pem"), _authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "cert.pem"), Client.ExportCertificatePem());
        using var key = Client.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportECPrivateKeyPem());
    }

    public void Dispose()
    {
        Server.Dispose();
        Client.Dispose();
        _authority.Dispose();
    }

    internal async Task<SslStream> AcceptAsync(Stream inner, bool requireClient, CancellationToken cancellationToken)
    {
        var stream = new SslStream(inner);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = Server,
                ClientCertificateRequired = requireClient,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => !requireClient || IsOurs(certificate),
            },
            cancellationToken);
        return stream;
    }

    private bool IsOurs(X509Certificate? certificate)
    {
        if (certificate is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var presented = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(presented);
    }

    private X509Certificate2 Issue(string name, string usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var issued = request.Create(_authority, new DateTimeOffset(_authority.NotBefore), new DateTimeOffset(_authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);

        // A key that lives only in memory is not accepted for TLS on every platform; a PKCS#12 round trip is.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }
}

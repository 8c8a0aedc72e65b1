using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EventWatcher.Docker;

/// <summary>Encrypts a connection.</summary>
internal static class DockerTls
{
    internal static async ValueTask<Stream> EncryptAsync(
        Stream stream, DockerEndpoint endpoint, DockerTlsSettings settings, CancellationToken cancellationToken)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = endpoint.Host };
        if (settings.CertificateAuthorityFile is { } authority)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(authority);
            options.CertificateChainPolicy = policy;
        }

        if (settings is { CertificateFile: { } certificate, KeyFile: { } key })
        {
            options.ClientCertificateContext = ClientCertificate(certificate, key);
        }

        if (settings.SkipVerification)
        {
#pragma warning disable CA5359, MA0039 // Asked for by an option whose documentation says what it means.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359, MA0039
        }

        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static SslStreamCertificateContext ClientCertificate(string certificateFile, string keyFile)
    {
#pragma warning disable CA2000 // The connection holds it as long as it lives.
        var certificate = Load(certificateFile, keyFile);
#pragma warning restore CA2000
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificateFile);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static X509Certificate2 Load(string certificateFile, string keyFile)
    {
        if (!OperatingSystem.IsWindows())
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }

        // The key of a PEM file lives in memory only, where the system's TLS does not find it.
        using var loose = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        return X509CertificateLoader.LoadPkcs12(loose.Export(X509ContentType.Pkcs12), password: null);
    }
}

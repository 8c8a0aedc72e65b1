using Microsoft.Extensions.Options;

namespace EventWatcher.Proxmox;

/// <summary>Checks how a cluster is reached, and decides it, from options and environment.</summary>
internal sealed class ProxmoxOptionsValidator(ProxmoxEnvironment environment) : IValidateOptions<ProxmoxOptions>
{
    private const int DefaultPort = 8006;
    private const int FingerprintLength = 64;
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static ProxmoxOptionsValidator Instance { get; } = new(ProxmoxEnvironment.Current);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProxmoxOptions options) => Check(options).Faults.ToResult();

    /// <summary>Decides how the cluster is reached.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong; it has all that is.</exception>
    public ProxmoxConnection Resolve(ProxmoxOptions options)
    {
        var (faults, connection) = Check(options);
        var result = faults.ToResult();
        return result.Failed
            ? throw new OptionsValidationException(Options.DefaultName, options.GetType(), result.Failures)
            : connection!;
    }

    /// <summary>Reads an endpoint; null where it is none.</summary>
    internal static Uri? ParseEndpoint(string text)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        return Uri.TryCreate(full, UriKind.Absolute, out var uri)
            && uri.Scheme is "https"
            && uri.Host.Length > 0
            && uri.UserInfo.Length == 0
            && uri.AbsolutePath is "/"
            && uri.Query.Length + uri.Fragment.Length == 0
            ? new UriBuilder(uri.Scheme, uri.Host, HasPort(full) ? uri.Port : DefaultPort).Uri
            : null;
    }

    /// <summary>Reads a fingerprint into 64 capital digits; null where it is none.</summary>
    internal static string? ParseFingerprint(string text)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal).Trim().ToUpperInvariant();
        return digits.Length == FingerprintLength && digits.All(char.IsAsciiHexDigit) ? digits : null;
    }

    // "https://host" has port 443 to Uri, said or not.
    private static bool HasPort(string text)
    {
        var authority = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..].TrimEnd('/');
        return authority.LastIndexOf(':') > authority.LastIndexOf(']');
    }

    private (OptionFaults Faults, ProxmoxConnection? Connection) Check(ProxmoxOptions options)
    {
        var faults = new OptionFaults(options.GetType().Name);
        var text = options.Endpoint ?? environment.Endpoint;
        var endpoint = text is null ? null : ParseEndpoint(text);
        if (endpoint is null)
        {
            // A name and password in it would be shown.
            var shown = text is not null && text.Contains('@', StringComparison.Ordinal) ? "(not shown, since it holds an @)" : text;
            faults.Add(nameof(options.Endpoint), shown, $"https://host:8006, or the same by {ProxmoxEnvironment.EndpointName}; no user, path or query");
        }

        faults.Unless(options.Cluster is null || (!string.IsNullOrWhiteSpace(options.Cluster) && !options.Cluster.Contains('/', StringComparison.Ordinal)), options.Cluster, "null or a word without a slash");
        faults.Unless(options.Timeout >= ShortestTimeout && options.Timeout <= OneDay, options.Timeout, "from 00:00:04 to 1.00:00:00");
        faults.Unless(options.ActionTimeout >= TimeSpan.FromSeconds(1) && options.ActionTimeout <= OneDay, options.ActionTimeout, "from 00:00:01 to 1.00:00:00");
        var credential = CheckCredential(options, faults);
        var fingerprint = options.Fingerprint ?? (options.CertificateAuthorityFile is null ? environment.Fingerprint : null);
        faults.Unless(
            fingerprint is null || ParseFingerprint(fingerprint) is not null,
            fingerprint,
            "64 hexadecimal digits, with or without colons",
            nameof(options.Fingerprint));
        var authority = options.CertificateAuthorityFile ?? (options.Fingerprint is null ? environment.CertificateAuthorityFile : null);
        faults.Unless(authority is null || File.Exists(authority), authority, "a file that exists", nameof(options.CertificateAuthorityFile));
        if (fingerprint is not null && authority is not null)
        {
            faults.Add(nameof(options.CertificateAuthorityFile), authority, "null where there is a fingerprint");
        }

        return endpoint is null || credential is null
            ? (faults, null)
            : (faults, new ProxmoxConnection(endpoint, options.Cluster ?? endpoint.Host, credential, fingerprint is null ? null : ParseFingerprint(fingerprint), authority, options.Timeout));
    }

    private ProxmoxCredential? CheckCredential(ProxmoxOptions options, OptionFaults faults)
    {
        const string Hidden = "set";
        var isSaid = (options.Token ?? options.TokenFile ?? options.User ?? options.Password ?? options.PasswordFile) is not null;
        var (token, tokenFile, user, password, passwordFile) = isSaid
            ? (options.Token, options.TokenFile, options.User, options.Password, options.PasswordFile)
            : (environment.Token, environment.TokenFile, environment.User, environment.Password, environment.PasswordFile);
        var ways = (token is null ? 0 : 1) + (tokenFile is null ? 0 : 1) + ((user ?? password ?? passwordFile) is null ? 0 : 1);
        if (ways != 1)
        {
            faults.Add(nameof(options.Token), ways == 0 ? null : Hidden, "one of Token, TokenFile, or User with Password or PasswordFile, and only one");
            return null;
        }

        if (token is not null)
        {
            if (!ProxmoxCredential.IsTokenText(token))
            {
                faults.Add(nameof(options.Token), "something else (not shown)", "user@realm!id=secret");
            }

            return new ProxmoxCredential(User: null, token, File: null);
        }

        if (tokenFile is not null)
        {
            return new ProxmoxCredential(User: null, Secret: null, tokenFile);
        }

        var isUser = user is not null && user.IndexOf('@', StringComparison.Ordinal) > 0 && !user.EndsWith('@');
        faults.Unless(isUser, user, "user@realm", nameof(options.User));
        if (password is null == passwordFile is null)
        {
            faults.Add(nameof(options.Password), password is null ? null : Hidden, "either Password or PasswordFile");
        }

        return new ProxmoxCredential(user, password, password is null ? passwordFile : null);
    }
}

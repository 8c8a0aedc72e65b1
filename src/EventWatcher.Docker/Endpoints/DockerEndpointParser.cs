using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EventWatcher.Docker;

/// <summary>Reads an endpoint's text.</summary>
internal static class DockerEndpointParser
{
    internal const string Allowed =
        "unix:///path, npipe:////./pipe/name (on Windows), tcp://host[:port], http://host[:port], https://host[:port] and ssh://[user@]host[:port][/path]";

    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    // The kernel's room for the path of a socket, less the closing zero.
    private const int MaxSocketPath = 107;

    /// <summary>Reads the text.</summary>
    /// <param name="text">The endpoint.</param>
    /// <param name="tls">The TLS to speak with it; null for what the text says.</param>
    /// <param name="isWindows">Whether this is Windows.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="fault">What is wrong with it, as the rest of a sentence that begins with where the text comes from.</param>
    /// <returns>Whether nothing is wrong.</returns>
    internal static bool TryParse(
        string text,
        DockerTlsSettings? tls,
        bool isWindows,
        [NotNullWhen(true)] out DockerEndpoint? endpoint,
        [NotNullWhen(false)] out string? fault)
    {
        endpoint = null;
        fault = null;
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = separator < 0 ? "" : text[..separator].ToUpperInvariant();
        var rest = separator < 0 ? "" : text[(separator + 3)..];
        switch (scheme)
        {
            case "UNIX":
                endpoint = Unix(rest);
                break;
            case "NPIPE":
                endpoint = Pipe(rest, isWindows);
                break;
            case "SSH":
                return SshEndpointParser.TryParse(rest, out endpoint, out fault);
            case "TCP" or "HTTP" or "HTTPS":
                if (rest.Contains('@', StringComparison.Ordinal))
                {
                    fault = "contains a user name or a password (not shown), which an engine has no use for. "
                        + "Protect it with TLS client certificates";
                    return false;
                }

                endpoint = Tcp(scheme, rest, tls);
                break;
            default:
                break;
        }

        fault = endpoint is null ? $"is {Show(text)}; allowed: {Allowed}" : null;
        return endpoint is not null;
    }

    private static DockerEndpoint? Unix(string path) =>
        path.Length > 1 && Path.IsPathFullyQualified(path) && Encoding.UTF8.GetByteCount(path) <= MaxSocketPath && !path.Contains('\0', StringComparison.Ordinal)
            ? new DockerEndpoint { Kind = DockerEndpointKind.Unix, Path = path, Name = "unix://" + path }
            : null;

    private static DockerEndpoint? Pipe(string rest, bool isWindows)
    {
        const string Prefix = "//./pipe/";
        var path = rest.Replace('\\', '/');
        return isWindows && path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && path.Length > Prefix.Length
            ? new DockerEndpoint { Kind = DockerEndpointKind.NamedPipe, Path = path[Prefix.Length..], Name = "npipe://" + path }
            : null;
    }

    private static DockerEndpoint? Tcp(string scheme, string rest, DockerTlsSettings? tls)
    {
        if (!Uri.TryCreate("http://" + rest, UriKind.Absolute, out var uri) || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return null;
        }

        if (string.Equals(scheme, "HTTPS", StringComparison.Ordinal))
        {
            tls ??= new DockerTlsSettings();
        }

        var port = (scheme, HasPort(rest), tls) switch
        {
            (_, true, _) => uri.Port,
            ("HTTP", _, _) => 80,
            ("HTTPS", _, _) => 443,
            (_, _, null) => PlainPort,
            _ => TlsPort,
        };
        var basePath = uri.AbsolutePath.TrimEnd('/');
        return port == 0 ? null : new DockerEndpoint
        {
            Kind = DockerEndpointKind.Tcp,
            Host = uri.DnsSafeHost,
            Port = port,
            BasePath = basePath,
            Tls = tls,
            Name = $"{(tls is null ? "tcp" : "https")}://{uri.Host}:{port}{basePath}",
        };
    }

    // A port that is the scheme's own is not told apart from none by the Uri.
    private static bool HasPort(string rest)
    {
        var authority = rest.AsSpan();
        var end = authority.IndexOf('/');
        authority = end < 0 ? authority : authority[..end];
        var colon = authority.LastIndexOf(':');
        return colon > authority.LastIndexOf(']') && colon < authority.Length - 1;
    }

    // What stands before an @ is likely a password, whatever the rest looks like.
    private static string Show(string text) => text.Contains('@', StringComparison.Ordinal)
        ? "not an endpoint (not shown, since it contains an @)"
        : $"\"{text}\"";
}

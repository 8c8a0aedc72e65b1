using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Docker;

/// <summary>Reads what follows <c>ssh://</c>. What it lets through is safe on a command line, and in the shell at the other end.</summary>
internal static class SshEndpointParser
{
    private const string Allowed = "ssh://[user@]host[:port][/path/to/socket], with letters, digits and ._- in a name";

    internal static bool TryParse(string rest, [NotNullWhen(true)] out DockerEndpoint? endpoint, [NotNullWhen(false)] out string? fault)
    {
        endpoint = null;
        fault = null;
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..].TrimEnd('/'));
        var at = authority.LastIndexOf('@');
        var (user, address) = at < 0 ? ("", authority) : (authority[..at], authority[(at + 1)..]);
        if (user.Contains(':', StringComparison.Ordinal))
        {
            fault = "contains a password (not shown), which ssh takes from nobody. Use a key";
            return false;
        }

        if ((at >= 0 && !IsName(user)) || !TrySplit(address, out var host, out var port) || !IsPath(path))
        {
            // What is no name may well be a password in a wrong place.
            fault = $"is no ssh endpoint ({(rest.Contains('@', StringComparison.Ordinal) ? "not shown, since it contains an @" : $"\"ssh://{rest}\"")}); allowed: {Allowed}";
            return false;
        }

        var shownHost = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        endpoint = new DockerEndpoint
        {
            Kind = DockerEndpointKind.Ssh,
            User = user,
            Host = host,
            Port = port,
            Path = path,
            Name = string.Create(CultureInfo.InvariantCulture, $"ssh://{(at < 0 ? "" : user + "@")}{shownHost}{(port == 0 ? "" : $":{port}")}{path}"),
        };
        return true;
    }

    private static bool TrySplit(string address, out string host, out int port)
    {
        port = 0;
        host = address;
        var portText = "";
        if (address.StartsWith('['))
        {
            var end = address.IndexOf(']', StringComparison.Ordinal);
            if (end < 0)
            {
                return false;
            }

            host = address[1..end];
            portText = address[(end + 1)..];
            if (!IPAddress.TryParse(host, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6
                || host.Any(static character => !char.IsAsciiHexDigit(character) && character is not (':' or '.')))
            {
                return false;
            }
        }
        else if (address.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
        {
            host = address[..colon];
            portText = address[colon..];
        }

        return (host.Contains(':', StringComparison.Ordinal) || IsName(host))
            && (portText.Length == 0
                || (portText[0] == ':' && int.TryParse(portText.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65_535));
    }

    // A leading dash would be an option.
    private static bool IsName(string text) =>
        text.Length > 0 && text[0] != '-' && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    // The shell at the other end reads it: nothing in it may mean anything there.
    private static bool IsPath(string text) =>
        text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '/' or '.' or '_' or '-' or '+' or '@' or ':' or ',' or '=');
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace EventWatcher.Idle;

/// <summary>Reads <c>host:port</c>; IPv6 in brackets.</summary>
internal static class AddressText
{
    public static bool TryParse(string text, [NotNullWhen(true)] out EndPoint? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > IPEndPoint.MaxPort)
        {
            return false;
        }

        var host = text[..colon];
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (host.Contains(':', StringComparison.Ordinal) && !isBracketed)
        {
            // Where an address without brackets ends and its port begins, nobody knows.
            return false;
        }

        if (IPAddress.TryParse(host, out var ip))
        {
            address = new IPEndPoint(ip, port);
            return true;
        }

        if (Uri.CheckHostName(host) != UriHostNameType.Dns)
        {
            return false;
        }

        address = new DnsEndPoint(host, port);
        return true;
    }
}

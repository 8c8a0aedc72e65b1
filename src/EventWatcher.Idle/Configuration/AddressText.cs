using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace EventWatcher.Idle;

/// <summary>Reads <c>host:port</c>.</summary>
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

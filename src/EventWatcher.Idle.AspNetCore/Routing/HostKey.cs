using System.Globalization;
using System.Net;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Makes of a host name, as people write it, what stands in a Host header, without a port and in lower case.</summary>
internal static class HostKey
{
    private static readonly IdnMapping Idn = new();

    public static string Of(string host)
    {
        var name = WithoutPort(host.AsSpan().Trim()).TrimEnd('.').ToString();
        if (IPAddress.TryParse(name, out var address) && (name.Contains(':', StringComparison.Ordinal) || name.Contains('.', StringComparison.Ordinal)))
        {
            return address.ToString();
        }

        try
        {
            return (System.Text.Ascii.IsValid(name) ? name : Idn.GetAscii(name)).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            // No name that anybody can ask for.
            return name.ToLowerInvariant();
        }
    }

    /// <summary>Returns a host without its port; an IPv6 address without its brackets.</summary>
    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
        {
            var end = host.IndexOf(']');
            return end < 0 ? host : host[1..end];
        }

        // What is no number is no port: with more colons than one it is an address, as people write it.
        var colon = host.IndexOf(':');
        return colon < 0 || host[(colon + 1)..].ContainsAnyExceptInRange('0', '9') ? host : host[..colon];
    }
}

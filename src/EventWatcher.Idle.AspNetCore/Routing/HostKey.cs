using System.Globalization;
using System.Net;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Makes of a host name, as people write it, what stands in a Host header, without a port and in lower case.</summary>
internal static class HostKey
{
    private static readonly IdnMapping Idn = new();

    public static string Of(string host)
    {
        var name = WithoutPort(host.Trim()).TrimEnd('.');
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

    // With more colons than one it is an address, whose port is left out when it is read.
    private static string WithoutPort(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < name.Length - 1 && !name.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9') ? name[..colon] : name;
    }
}

using System.Globalization;
using System.Net;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Makes of a host name, as people write it, what stands in a Host header, in lower case.</summary>
internal static class HostKey
{
    private static readonly IdnMapping Idn = new();

    public static string Of(string host)
    {
        var name = host.Trim().TrimEnd('.');
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
}

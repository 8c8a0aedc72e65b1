using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Which headers end at a proxy.</summary>
internal static class ForwardedHeaders
{
    private static readonly FrozenSet<string> OfOneConnection = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "HTTP2-Settings", "Expect", "Alt-Svc",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Says whether a header is for the next hop alone.</summary>
    /// <param name="name">The header.</param>
    /// <param name="connection">What the Connection header names.</param>
    public static bool IsOfOneConnection(string name, StringValues connection)
    {
        if (OfOneConnection.Contains(name) || name.StartsWith(':'))
        {
            return true;
        }

        // Nobody's to take away by naming them: without them the rest means something else.
        if (name.Equals("Host", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var value in connection)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[range].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Docker;

/// <summary>Which API versions this package speaks, and which of them an engine is spoken to with.</summary>
internal static class DockerVersions
{
    /// <summary>The oldest.</summary>
    internal static readonly Version Min = new(1, 24);

    /// <summary>The newest whose shapes are known: since it, events carry no legacy fields, which are not used here.</summary>
    internal static readonly Version Max = new(1, 52);

    private const string Marker = "supported API version is ";

    /// <summary>Returns the version to speak with an engine whose newest is given; null where there is none.</summary>
    /// <param name="server">What the engine says is its newest; where it says nothing intelligible, the oldest is spoken.</param>
    internal static Version? Negotiate(string? server)
    {
        if (!TryParse(server, out var version))
        {
            return Min;
        }

        return version < Min ? null : version < Max ? version : Max;
    }

    /// <summary>
    /// Tells whether an error says that the call's version is too new or too old, which it becomes when the engine
    /// behind the endpoint is replaced.
    /// </summary>
    /// <param name="exception">The error.</param>
    /// <param name="supported">The version that the engine names instead.</param>
    internal static bool IsVersionError(DockerApiException exception, [NotNullWhen(true)] out Version? supported)
    {
        supported = null;
        var at = exception.EngineMessage.IndexOf(Marker, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return false;
        }

        var rest = exception.EngineMessage.AsSpan(at + Marker.Length);
        var length = 0;
        while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || rest[length] == '.'))
        {
            length++;
        }

        return TryParse(rest[..length].TrimEnd('.').ToString(), out supported);
    }

    private static bool TryParse(string? text, [NotNullWhen(true)] out Version? version) => Version.TryParse(text, out version);
}

using System.Globalization;
using System.Runtime.InteropServices;

namespace EventWatcher.Docker.Tests;

/// <summary>An API version, compared by number and not by text (1.9 is before 1.24).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ApiVersion(int Major, int Minor)
{
    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;

    public static ApiVersion Parse(string text)
    {
        var parts = text.Split('.');
        return new ApiVersion(Number(0), Number(1));

        int Number(int i) => i < parts.Length && int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
    }

    private int CompareTo(ApiVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));
}

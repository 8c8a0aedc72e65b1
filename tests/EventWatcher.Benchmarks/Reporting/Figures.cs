using System.Globalization;

namespace EventWatcher.Benchmarks;

/// <summary>Figures as the tables have them.</summary>
internal static class Figures
{
    public static string Fixed(double value, int decimals = 1) => value.ToString("N" + decimals, CultureInfo.InvariantCulture);

    public static string Whole(double value) => Fixed(value, 0);

    /// <summary>As another process reads it.</summary>
    public static string Plain(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Ratio(double value) => Fixed(value, 2) + " x";

    public static string Verdict(bool holds) => holds ? "holds" : "FALLS SHORT";
}

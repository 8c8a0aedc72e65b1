namespace EventWatcher.Proxmox;

/// <summary>Reads how long a guest runs.</summary>
internal static class Uptime
{
    private const long OneCentury = 100L * 365 * 24 * 60 * 60;

    /// <summary>Gets the seconds; null where none are said, or such as can't be.</summary>
    public static long? Known(long? seconds) => seconds is >= 0 and <= OneCentury ? seconds : null;

    /// <summary>Gets the time; zero where it is not known.</summary>
    public static TimeSpan Of(long? seconds) => TimeSpan.FromSeconds(Known(seconds) ?? 0);
}

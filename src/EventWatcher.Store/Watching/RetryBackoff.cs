using System.Security.Cryptography;

namespace EventWatcher.Store;

/// <summary>How long to wait after each failure in a row.</summary>
internal static class RetryBackoff
{
    // The shortest beginning that is not zero doubles beyond the longest allowed wait before this.
    private const int MostDoublings = 50;

    /// <summary>Doubles with each failure, give or take a quarter, up to the longest wait.</summary>
    /// <param name="options">The first and the longest wait.</param>
    /// <param name="failures">How many failures in a row, from 1.</param>
    public static TimeSpan After(StoreWatcherOptions options, int failures) =>
        After(options.InitialBackoff, options.MaxBackoff, failures, RandomNumberGenerator.GetInt32(1_001) / 1_000.0);

    /// <summary>As above, with the luck given: from 0 to 1.</summary>
    public static TimeSpan After(TimeSpan initial, TimeSpan longest, int failures, double luck)
    {
        // In floating point, which has room for what TimeSpan has not.
        var ticks = initial.Ticks * Math.Pow(2, Math.Clamp(failures - 1, 0, MostDoublings)) * (0.75 + (luck / 2));
        return ticks < longest.Ticks ? TimeSpan.FromTicks((long)ticks) : longest;
    }
}

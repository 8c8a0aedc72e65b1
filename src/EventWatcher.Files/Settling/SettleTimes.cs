using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>How long a name is waited for, in the clock's ticks.</summary>
/// <param name="Settle">Without any sign.</param>
/// <param name="Longest">In all, however many signs come.</param>
/// <param name="Open">Without a write, while a file stays open.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SettleTimes(long Settle, long Longest, long Open)
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(2);

    public static SettleTimes For(TimeSpan settle, TimeProvider time)
    {
        var frequency = time.TimestampFrequency / (double)TimeSpan.TicksPerSecond;
        var longest = settle > LongestTime ? settle : LongestTime;
        return new SettleTimes((long)(settle.Ticks * frequency), (long)(longest.Ticks * frequency), (long)(OpenTime.Ticks * frequency));
    }
}

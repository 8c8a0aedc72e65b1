namespace EventWatcher.Docker;

/// <summary>What time it is for an engine, by which alone its events are measured.</summary>
internal static class EngineClock
{
    /// <summary>
    /// The engine's answer has its clock to the second. Where this machine's clock says the same it is taken for the
    /// engine's, since that has the nanoseconds; else the beginning of the engine's second is. Never later than the
    /// answer, and off by less than a second.
    /// </summary>
    /// <param name="before">This machine's time before the engine was asked.</param>
    /// <param name="there">The engine's time; null where it gave none.</param>
    /// <param name="after">This machine's time when the answer was there.</param>
    public static long Now(DateTimeOffset before, DateTimeOffset? there, DateTimeOffset after)
    {
        if (there is not { } time)
        {
            return ToNanoseconds(before);
        }

        var isOneClock = time > before - TimeSpan.FromSeconds(1) && time <= after;
        return ToNanoseconds(isOneClock ? before : time);
    }

    public static long Before(long nanoseconds, TimeSpan time) => Math.Max(0, nanoseconds - (time.Ticks * TimeSpan.NanosecondsPerTick));

    private static long ToNanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}

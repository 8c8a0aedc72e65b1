namespace EventWatcher.Docker;

/// <summary>What time it is for an engine, by which alone its events are measured.</summary>
internal static class EngineClock
{
    /// <summary>
    /// The engine's answer has its clock to the second. Where this machine's clock says the same second it is taken
    /// for the engine's, since that has the nanoseconds; else the beginning of the engine's second is.
    /// </summary>
    public static long Now(DockerPing ping, TimeProvider timeProvider)
    {
        var here = timeProvider.GetUtcNow();
        var there = ping.EngineTime ?? here;
        var difference = here - there;
        var isOneClock = difference > TimeSpan.FromSeconds(-1) && difference < TimeSpan.FromSeconds(2);
        return ToNanoseconds(isOneClock ? here : there);
    }

    public static long Before(long nanoseconds, TimeSpan time) => Math.Max(0, nanoseconds - (time.Ticks * TimeSpan.NanosecondsPerTick));

    private static long ToNanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}

namespace EventWatcher.IntegrationTests;

/// <summary>What the process holds while nothing happens.</summary>
internal sealed record Footprint(double MegaBytes, int Handles, int Threads, long Timers)
{
    public static Footprint Take()
    {
        // Twice: what finalizers let go is collected by the second.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var bytes = GC.GetTotalMemory(forceFullCollection: true);
        return new Footprint(bytes / 1024.0 / 1024.0, Count("/proc/self/fd"), Count("/proc/self/task"), Timer.ActiveCount);
    }

    /// <summary>The most of each: what a while of ordinary life needs.</summary>
    public static Footprint Most(IEnumerable<Footprint> taken) =>
        taken.Aggregate(static (one, other) => new Footprint(
            Math.Max(one.MegaBytes, other.MegaBytes), Math.Max(one.Handles, other.Handles), Math.Max(one.Threads, other.Threads), Math.Max(one.Timers, other.Timers)));

    /// <summary>The least of each: what leaks does not come down to it again.</summary>
    public static Footprint Least(IEnumerable<Footprint> taken) =>
        taken.Aggregate(static (one, other) => new Footprint(
            Math.Min(one.MegaBytes, other.MegaBytes), Math.Min(one.Handles, other.Handles), Math.Min(one.Threads, other.Threads), Math.Min(one.Timers, other.Timers)));

    public override string ToString() => $"{MegaBytes:0.0} MB, {Handles} handles, {Threads} threads, {Timers} timers";

    private static int Count(string folder) => Directory.GetFileSystemEntries(folder).Length;
}

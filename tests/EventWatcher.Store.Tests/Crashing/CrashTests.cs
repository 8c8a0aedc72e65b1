using Xunit.Sdk;

namespace EventWatcher.Store.Tests;

public sealed class CrashTests
{
    private const int CrashesPerRun = 10;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") == "long";

    [Fact]
    public Task Crashes_whatever_was_acknowledged_is_there() =>
        RunAsync(10_000, TimeSpan.FromSeconds(30), hasLargeFrames: false);

    [Fact]
    public Task Crashes_with_large_frames_whatever_was_acknowledged_is_there() =>
        RunAsync(500, TimeSpan.FromSeconds(15), hasLargeFrames: true);

    /// <summary>So many crashes, or as many as fit into the time a busy machine is given; in the stress run ten times as many.</summary>
    private static async Task RunAsync(int crashes, TimeSpan time, bool hasLargeFrames)
    {
        var started = TimeProvider.System.GetTimestamp();
        var runs = crashes * (IsLong ? 10 : 1) / CrashesPerRun;
        var first = int.TryParse(Environment.GetEnvironmentVariable("EVENTWATCHER_CRASH_SEED"), out var seed) ? seed : 1;
        for (var run = 0; run < runs && (IsLong || TimeProvider.System.GetElapsedTime(started) < time); run++)
        {
            try
            {
                await new CrashRun(first + run, hasLargeFrames).RunAsync(CrashesPerRun);
            }
            catch (Exception failure)
            {
                throw new XunitException($"Seed {first + run} (EVENTWATCHER_CRASH_SEED): {failure.Message}", failure);
            }
        }
    }
}

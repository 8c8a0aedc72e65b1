using Xunit.Sdk;

namespace EventWatcher.Store.Tests;

public sealed class CrashTests
{
    private const int CrashesPerRun = 10;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") == "long";

    [Fact]
    public async Task Crashes_whatever_was_acknowledged_is_there()
    {
        // 10,000, or as many as fit into the time a busy machine is given; in the stress run ten times as many.
        var started = TimeProvider.System.GetTimestamp();
        var runs = (IsLong ? 100_000 : 10_000) / CrashesPerRun;
        var first = int.TryParse(Environment.GetEnvironmentVariable("EVENTWATCHER_CRASH_SEED"), out var seed) ? seed : 1;
        for (var run = 0; run < runs && (IsLong || TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30)); run++)
        {
            try
            {
                await new CrashRun(first + run).RunAsync(CrashesPerRun);
            }
            catch (Exception failure)
            {
                throw new XunitException($"Seed {first + run} (EVENTWATCHER_CRASH_SEED): {failure.Message}", failure);
            }
        }
    }
}

using Xunit.Sdk;

namespace EventWatcher.Store.Tests;

public sealed class CrashTests
{
    private const int CrashesPerRun = 10;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") == "long";

    [Fact]
    public async Task Crashes_whatever_was_acknowledged_is_there()
    {
        // As many as fit in 15 seconds; 10,000 in the stress run.
        var started = TimeProvider.System.GetTimestamp();
        var runs = IsLong ? 10_000 / CrashesPerRun : int.MaxValue;
        var first = int.TryParse(Environment.GetEnvironmentVariable("EVENTWATCHER_CRASH_SEED"), out var seed) ? seed : 1;
        for (var run = 0; run < runs && (IsLong || TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(15)); run++)
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

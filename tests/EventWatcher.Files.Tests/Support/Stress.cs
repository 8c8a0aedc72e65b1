namespace EventWatcher.Files.Tests;

/// <summary>How much is done: little in CI, much where EVENTWATCHER_STRESS=long.</summary>
internal static class Stress
{
    public static bool IsLong => Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") is "long";
}

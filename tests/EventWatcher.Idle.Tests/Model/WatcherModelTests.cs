using System.Globalization;

namespace EventWatcher.Idle.Tests;

public sealed class WatcherModelTests
{
    private const int Steps = 80;

    private static int Runs => Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") is "long" ? 300_000 : 4_000;

    /// <summary>Another first seed each day; a seed that failed is repeated by EVENTWATCHER_SEED.</summary>
    private static int FirstSeed => Environment.GetEnvironmentVariable("EVENTWATCHER_SEED") is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : DateTime.UtcNow.DayOfYear * 1_000_000;

    [Fact]
    public async Task Random_inputs_keep_every_promise() => await Task.Run(static () =>
    {
        // On a thread of the pool, which has no synchronization context: continuations stay on it.
        var first = FirstSeed;
        for (var seed = first; seed < first + Runs; seed++)
        {
            using var model = new WatcherModel(seed);
            model.Run(Steps);
        }
    });

    /// <summary>Seeds that found something once.</summary>
    [Theory]
    [InlineData(324000339)]
    [InlineData(324000381)]
    [InlineData(5018139)]
    [InlineData(5046277)]
    [InlineData(5122562)]
    [InlineData(5300001)]
    [InlineData(6001497)]
    [InlineData(6012136)]
    public async Task Seeds_of_the_past_keep_every_promise(int seed) => await Task.Run(() =>
    {
        using var model = new WatcherModel(seed);
        model.Run(Steps);
    });
}

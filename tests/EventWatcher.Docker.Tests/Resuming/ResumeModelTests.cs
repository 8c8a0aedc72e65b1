using System.Globalization;

namespace EventWatcher.Docker.Tests;

/// <summary>The promise itself, tried at random. <c>EVENTWATCHER_STRESS=long</c> tries for minutes, <c>EVENTWATCHER_SEED</c> one seed again.</summary>
public sealed class ResumeModelTests
{
    private const int RoundsOfASession = 25;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") == "long";

    [Fact]
    public async Task Random_outages_lose_nothing_without_a_force_reload_after_it()
    {
        if (Environment.GetEnvironmentVariable("EVENTWATCHER_SEED") is { } given)
        {
            Assert.Null(await RunAsync(int.Parse(given, CultureInfo.InvariantCulture)));
            return;
        }

        var started = TimeProvider.System.GetTimestamp();
        var budget = TimeSpan.FromSeconds(IsLong ? 300 : 12);
        do
        {
            var seed = Random.Shared.Next();
            if (await RunAsync(seed) is { } unneeded)
            {
                // How the threads of engine and hub fall together is not in the seed. A loss counts at once; a reload
                // that was not needed, which the promise allows, counts when it comes again.
                Assert.True(await RunAsync(seed) is null, unneeded);
                Assert.True(await RunAsync(seed) is null, unneeded);
            }
        }
        while (TimeProvider.System.GetElapsedTime(started) < budget);
    }

    /// <returns>A reload that was not needed; null where there was none.</returns>
    private static async Task<string?> RunAsync(int seed)
    {
        await using var model = new OutageModel(seed);
        try
        {
            await model.BeginAsync();
            for (var round = 0; round < RoundsOfASession; round++)
            {
                await model.RoundAsync();
            }

            return model.UnneededReload;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
        }
    }
}

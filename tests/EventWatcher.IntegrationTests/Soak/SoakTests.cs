using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// Everything at once for five minutes (an hour with <c>EVENTWATCHER_STRESS=long</c>, <c>EVENTWATCHER_SOAK</c> minutes), in
/// rounds: load and faults, then a pause in which all that was seen must be what is true, and what the process holds is counted.
/// </summary>
[Collection(SoakCollection.Name)]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int KillEvery = 4;
    private const int WarmUp = 4;

    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(
        int.TryParse(Environment.GetEnvironmentVariable("EVENTWATCHER_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes
        : WatchedScript.IsLong ? 60
        : 5);

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(8);

    [SkippableFact]
    public async Task Everything_at_once_with_faults_loses_nothing_silently_and_grows_nothing()
    {
        await using var host = await DockerEngineHost.OpenAsync();
        Skip.IfNot(host.IsPrivate, $"There is no Docker engine of our own. {host.Reason}");
        var seed = WatchedScript.Seed(output);
        await using var engine = new EngineSoak(host);
        await using var files = new FilesSoak();
        await using var store = new StoreSoak();
        await using var sinks = new SinksSoak();
        await using var idle = new IdleSoak(host);
        await store.OpenAsync();
        await idle.OpenAsync(host.Control);
        ISoakPart[] parts = [engine, files, store, sinks, idle];

        var footprints = new List<Footprint>();
        var clock = Stopwatch.StartNew();
        for (var round = 1; clock.Elapsed < Duration; round++)
        {
            // Its first requests may reach into the fault of the round before: the flag goes when all has settled.
            idle.IsDisturbed = round % KillEvery == 0;
            using (var stop = new CancellationTokenSource(Round))
            {
                var stirring = parts.Select((part, i) => Task.Run(() => part.StirAsync(new Random(unchecked((seed * 397) + (round * 31) + i)), stop.Token), CancellationToken.None)).ToList();
                if (idle.IsDisturbed)
                {
                    await host.KillAsync();
                    await host.StartAsync();
                }

                await Task.WhenAll(stirring);
            }

            foreach (var part in parts)
            {
                await part.SettleAsync();
            }

            footprints.Add(Footprint.Take());
            output.WriteLine($"round {round}: {footprints[^1]}; store {store.Bytes / 1024} KiB, {idle.Answered} requests answered, {engine.Failures} batches refused by their handler");
        }

        AssertFlat(footprints);
        Assert.True(engine.Failures > 0, "No handler threw: the faults were not there.");
        Assert.True(idle.Answered > footprints.Count, $"Only {idle.Answered} requests were answered.");
        Assert.True(store.Bytes < 64 * 1024 * 1024, $"The store holds {store.Bytes} bytes: nothing is collected.");
    }

    /// <summary>The least of the last rounds beside the most of the first ones: what leaks in each round is over it in the end.</summary>
    private static void AssertFlat(List<Footprint> footprints)
    {
        Assert.True(footprints.Count >= 3 * WarmUp, $"There were only {footprints.Count} rounds.");
        var first = Footprint.Most(footprints.Skip(1).Take(WarmUp));
        var last = Footprint.Least(footprints.TakeLast(WarmUp));
        var trace = string.Join('\n', footprints);
        Assert.True(last.MegaBytes <= first.MegaBytes + 4, $"Memory grows:\n{trace}");
        Assert.True(last.Handles <= first.Handles + 8, $"Handles grow:\n{trace}");
        Assert.True(last.Threads <= first.Threads + 8, $"Threads grow:\n{trace}");
        Assert.True(last.Timers <= first.Timers + 4, $"Timers grow:\n{trace}");
    }
}

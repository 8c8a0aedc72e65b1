using System.Globalization;
using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

/// <summary>What the tests of the watcher on scripted operations have in common.</summary>
internal static class WatchedScript
{
    public static bool IsLong => string.Equals(Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS"), "long", StringComparison.Ordinal);

    public static int Seed(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EVENTWATCHER_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next(1_000_000);
        output.WriteLine($"EVENTWATCHER_SEED={seed}");
        return seed;
    }

    /// <summary>What the reference recorded, as far as this library has a word for it.</summary>
    public static IReadOnlyList<string> Lines(EventRecorder recorder) =>
        [.. recorder.Events.Select(static item => EventWatcher.Docker.DockerEventMap.TryGet(item.Action, out var action) ? $"{action.ToName()} {item.Id}" : "").Where(static line => line.Length > 0)];

    public static void AssertSameSequence(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));

    public static void AssertSameForEachContainer(IReadOnlyList<string> expected, IReadOnlyList<string> actual)
    {
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        var theirs = actual.ToLookup(Id, StringComparer.Ordinal);
        foreach (var container in expected.GroupBy(Id, StringComparer.Ordinal))
        {
            AssertSameSequence([.. container], [.. theirs[container.Key]]);
        }

        static string Id(string line) => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>Cuts every connection of the proxy so many times, at random moments, until told that the script is over.</summary>
    public static async Task<int> CutAsync(CuttingProxy proxy, int times, TimeSpan between, Random random, Task script)
    {
        var cuts = 0;
        var ways = Enum.GetValues<ProxyCut>();
        while (cuts < times && !script.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(random.NextDouble() * 2 * between), script);
            if (!script.IsCompleted)
            {
                await proxy.CutAllAsync(ways[random.Next(ways.Length)]);
                cuts++;
            }
        }

        return cuts;
    }
}

using Xunit.Abstractions;

namespace EventWatcher.Files.Tests;

/// <summary>Random operations on random trees: whoever applies the events to a model ends with what is on disk.</summary>
public sealed class RandomTreesTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Stress.IsLong ? 1_000 : 10), .. Stress.IsLong ? [] : new[] { 797, 769, 670 }];

    public static TheoryData<int> SeedsOfExchanges => [.. Enumerable.Range(1, Stress.IsLong ? 1_000 : 60)];

    public static TheoryData<int> SeedsOfLinks => [.. Enumerable.Range(1, Stress.IsLong ? 1_000 : 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Events_applied_to_a_model_give_the_disk(int seed) => CompareAsync(seed, exchanges: false);

    [Theory]
    [MemberData(nameof(SeedsOfExchanges))]
    public Task Events_give_the_disk_where_names_are_exchanged_too(int seed) => CompareAsync(seed, exchanges: true);

    [Theory]
    [MemberData(nameof(SeedsOfLinks))]
    public Task Events_give_the_disk_where_there_are_links_too(int seed) => CompareAsync(seed, exchanges: false, links: true);

    private async Task CompareAsync(int seed, bool exchanges, bool links = false)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TempFolder();
        using var outside = new TempFolder();
        var operations = new RandomOperations(random, folder.Path, outside.Path, exchanges, links);
        for (var i = 0; i < 40; i++)
        {
            operations.Next();
        }

        var model = new ReportedState();
        var before = ReportedState.OfDisk(folder.Path);
        model.Assume(before);
        await using var recorder = await Recorder.StartAsync(
            new DirectoryWatcher(new DirectoryWatcherOptions
            {
                Path = folder.Path,
                Recursive = true,
                SettleTime = TimeSpan.FromMilliseconds(random.Next(3) * 20),
            }),
            model.Apply);

        for (var round = 0; round < 15; round++)
        {
            for (var i = random.Next(1, 30); i > 0; i--)
            {
                operations.Next();
            }

            await recorder.FlushAsync();
            var disk = ReportedState.OfDisk(folder.Path);
            Assert.True(
                disk.SequenceEqual(model.Paths, StringComparer.Ordinal),
                $"seed {seed}, round {round}: missing [{string.Join(", ", disk.Except(model.Paths))}], too many [{string.Join(", ", model.Paths.Except(disk))}]\nlast: {string.Join(" | ", operations.Log.TakeLast(40))}\nevents: {string.Join(" | ", recorder.Words.TakeLast(60))}");
            Assert.True(
                model.Faults.Count == 0,
                $"seed {seed}, round {round}: {string.Join(", ", model.Faults)}\nlast: {string.Join(" | ", operations.Log.TakeLast(40))}\nevents: {string.Join(" | ", recorder.Words.TakeLast(60))}");
        }
    }
}

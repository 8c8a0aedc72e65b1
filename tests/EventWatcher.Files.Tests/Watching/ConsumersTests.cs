using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

/// <summary>Several who watch one path, each for himself.</summary>
public sealed class ConsumersTests
{
    public static TheoryData<string> Watchers => [nameof(DirectoryWatcher), nameof(FileWatcher), nameof(ConfigFileWatcher)];

    [Theory]
    [MemberData(nameof(Watchers))]
    public async Task Consumers_of_one_path_each_see_every_event_though_one_never_reads(string kind)
    {
        const int Rounds = 20;
        using var folder = new TempFolder();
        var file = folder.Write("app.yaml", "begin");
        await using var blocked = Make(kind, folder.Path, file, capacity: 5).Watch();
        await blocked.Ready.WaitAsync(Eventually.DefaultDeadline);
        await using var one = await Recorder.StartAsync(Make(kind, folder.Path, file));
        await using var two = await Recorder.StartAsync(Make(kind, folder.Path, file));

        for (var i = 0; i < Rounds; i++)
        {
            await File.WriteAllTextAsync(file, "round " + i);
            await one.UntilCountAsync(i + 1);
            await two.UntilCountAsync(i + 1);
            await Eventually.TrueAsync(() => blocked.Statistics.Emitted >= i + 1);
        }

        await one.FlushAsync();
        await two.FlushAsync();
        Assert.Equal(Enumerable.Repeat("written app.yaml", Rounds), one.Words);
        Assert.Equal(one.Words, two.Words);
        Assert.True(blocked.Statistics.Dropped > 0);
    }

    [Fact]
    public async Task Consumers_of_one_path_by_three_kinds_of_watcher_each_see_it()
    {
        using var folder = new TempFolder();
        var file = folder.Write("app.yaml", "begin");
        var recorders = new List<Recorder>();
        foreach (var kind in new[] { nameof(DirectoryWatcher), nameof(FileWatcher), nameof(ConfigFileWatcher) })
        {
            recorders.Add(await Recorder.StartAsync(Make(kind, folder.Path, file)));
        }

        Shell.Run("echo new > app.yaml.tmp; mv app.yaml.tmp app.yaml", folder.Path);
        foreach (var recorder in recorders)
        {
            await recorder.UntilCountAsync(1);
            await recorder.FlushAsync();
            Assert.Equal(["written app.yaml"], recorder.Words);
            await recorder.DisposeAsync();
        }
    }

    [Fact]
    public async Task Consumer_who_lists_after_an_overflow_learns_of_the_end_of_a_name_that_was_never_reported()
    {
        using var folder = new TempFolder();
        var watcher = new DirectoryWatcher(new DirectoryWatcherOptions { Path = folder.Path, Capacity = 5, SettleTime = TimeSpan.FromMilliseconds(500) });
        await using var stream = watcher.Watch();
        await OverflowAsync(folder, watcher, stream);

        // Whoever lists between these two sees it.
        folder.Write("brief", "1");
        File.Delete(folder["brief"]);
        await watcher.FlushAsync().WaitAsync(Eventually.DefaultDeadline);

        await ReadUntilAsync(stream, static item => item is { Action: EventAction.FileDeleted, ActorName: "brief" });
    }

    /// <summary>The directory that was listed was never reported, and there is another one of its name when it is looked at.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consumer_who_lists_after_an_overflow_learns_that_a_directory_is_another_one(bool isKnown)
    {
        using var folder = new TempFolder();
        if (isKnown)
        {
            Shell.Run("mkdir d; echo 1 > d/old", folder.Path);
        }

        var watcher = new DirectoryWatcher(new DirectoryWatcherOptions { Path = folder.Path, Recursive = true, Capacity = 5, SettleTime = TimeSpan.FromMilliseconds(500) });
        await using var stream = watcher.Watch();
        await OverflowAsync(folder, watcher, stream);

        // Whoever lists between these two sees d/brief.
        Shell.Run("rm -rf d; mkdir d; echo 1 > d/brief", folder.Path);
        Shell.Run("rm -rf d; mkdir d; echo 1 > d/stays", folder.Path);
        await watcher.FlushAsync().WaitAsync(Eventually.DefaultDeadline);

        var known = new HashSet<string> { "d", "d/brief" };
        await ReadUntilAsync(stream, item =>
        {
            if (item.Action == EventAction.FileDeleted)
            {
                known.RemoveWhere(name => name == item.ActorName || name.StartsWith(item.ActorName + "/", StringComparison.Ordinal));
            }
            else
            {
                known.Add(item.ActorName);
            }

            return item.ActorName == "d/stays";
        });
        Assert.Equal(["d", "d/stays"], known.Order(StringComparer.Ordinal));
    }

    private static async Task OverflowAsync(TempFolder folder, DirectoryWatcher watcher, WatchStream stream)
    {
        await stream.Ready.WaitAsync(Eventually.DefaultDeadline);
        for (var i = 0; i < 20; i++)
        {
            folder.Write("file" + i, "1");
        }

        await watcher.FlushAsync().WaitAsync(Eventually.DefaultDeadline);
        await ReadUntilAsync(stream, static item => item.Action.IsForceReload);
    }

    private static async Task ReadUntilAsync(WatchStream stream, Func<Event, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(Eventually.DefaultDeadline);
        while (!isWanted(await stream.Events.ReadAsync(deadline.Token)))
        {
        }
    }

    private static Watcher Make(string kind, string folder, string file, int capacity = 1_000) => kind switch
    {
        nameof(DirectoryWatcher) => new DirectoryWatcher(new DirectoryWatcherOptions { Path = folder, Capacity = capacity }),
        nameof(FileWatcher) => new FileWatcher(new FileWatcherOptions { Path = file, Capacity = capacity }),
        _ => new ConfigFileWatcher(new ConfigFileWatcherOptions { Paths = { file }, Capacity = capacity }),
    };
}

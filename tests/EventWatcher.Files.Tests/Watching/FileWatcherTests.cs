using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

public sealed class FileWatcherTests
{
    [Fact]
    public async Task Watch_reports_created_written_deleted_of_one_path_only()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new FileWatcher(folder["f"]));

        folder.Write("other", "1");
        folder.Write("f", "1");
        await recorder.UntilCountAsync(1);
        folder.Write("f", "22");
        await recorder.UntilCountAsync(2);
        File.Delete(folder["f"]);
        await recorder.UntilCountAsync(3);

        Assert.Equal(["created f", "written f", "deleted f"], recorder.Words);
        Assert.Equal(folder["f"], recorder.Events[0].ActorAttributes["path"]);
    }

    [Fact]
    public async Task Rename_within_the_directory_is_one_renamed_and_the_path_is_awaited_again()
    {
        using var folder = new TempFolder();
        folder.Write("f", "1");
        await using var recorder = await Recorder.StartAsync(new FileWatcher(folder["f"]));

        File.Move(folder["f"], folder["g"]);
        await recorder.UntilCountAsync(1);
        folder.Write("f", "1");
        await recorder.UntilCountAsync(2);

        Assert.Equal(["renamed g", "created f"], recorder.Words);
        Assert.Equal("f", recorder.Events[0].ActorAttributes["oldName"]);
    }

    [Fact]
    public async Task Every_hop_of_a_link_is_watched()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("a");
        folder.MakeDirectory("b");
        folder.Write("a/real", "1");
        folder.Write("b/real", "22");
        Shell.Run("ln -s a current; ln -s current/real two; ln -s two one", folder.Path);
        await using var recorder = await Recorder.StartAsync(new FileWatcher(folder["one"]));

        folder.Write("a/real", "333");
        await recorder.UntilCountAsync(1);
        Shell.Run("ln -sfn b current", folder.Path);
        await recorder.UntilCountAsync(2);
        folder.Write("b/real", "4444");
        await recorder.UntilCountAsync(3);
        File.Delete(folder["b/real"]);
        await recorder.UntilCountAsync(4);
        Shell.Run("ln -sfn a current", folder.Path);
        await recorder.UntilCountAsync(5);

        Assert.Equal(["written one", "written one", "written one", "deleted one", "created one"], recorder.Words);
    }

    [Fact]
    public async Task Links_in_a_circle_are_as_good_as_missing()
    {
        using var folder = new TempFolder();
        Shell.Run("ln -s b a; ln -s a b", folder.Path);
        await using var recorder = await Recorder.StartAsync(new FileWatcher(folder["a"]));

        Shell.Run("rm b; echo 1 > b", folder.Path);
        await recorder.UntilCountAsync(1);

        Assert.Equal(["created a"], recorder.Words);
    }

    [Fact]
    public async Task Directory_above_that_is_renamed_takes_the_file_away()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("x/y");
        folder.Write("x/y/f", "1");
        await using var recorder = await Recorder.StartAsync(new FileWatcher(folder["x/y/f"]));

        Directory.Move(folder["x"], folder["z"]);
        await recorder.UntilCountAsync(1);
        Directory.Move(folder["z"], folder["x"]);
        await recorder.UntilCountAsync(2);

        Assert.Equal(["deleted f", "created f"], recorder.Words);
    }

    [Fact]
    public async Task Polling_reports_the_same()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new FileWatcher(new FileWatcherOptions
        {
            Path = folder["f"],
            Polling = FilePolling.Always,
            PollInterval = TimeSpan.FromMilliseconds(20),
        }));

        folder.Write("f", "1");
        await recorder.UntilCountAsync(1);
        folder.Write("f", "22");
        await recorder.UntilCountAsync(2);
        File.Delete(folder["f"]);
        await recorder.FlushAsync();

        Assert.Equal(["created f", "written f", "deleted f"], recorder.Words);
    }

    [Fact]
    public async Task Polling_sees_content_by_its_hash_where_times_are_coarse()
    {
        using var folder = new TempFolder();
        folder.Write("f", "aa");
        Shell.Run("touch -d '2020-01-01 00:00:00' f", folder.Path);
        await using var recorder = await Recorder.StartAsync(new FileWatcher(new FileWatcherOptions
        {
            Path = folder["f"],
            Polling = FilePolling.Always,
            PollInterval = TimeSpan.FromMilliseconds(20),
        }));

        Shell.Run("printf bb > f; touch -d '2020-01-01 00:00:00' f", folder.Path);
        await recorder.UntilCountAsync(1);

        Assert.All(recorder.Words, static word => Assert.Equal("written f", word));
    }

    [Fact]
    public async Task Polled_tree_reports_the_same()
    {
        using var folder = new TempFolder();
        folder.Write("stays", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(new DirectoryWatcherOptions
        {
            Path = folder.Path,
            Recursive = true,
            Polling = FilePolling.Always,
            PollInterval = TimeSpan.FromMilliseconds(20),
        }));

        Shell.Run("mkdir -p d/e; echo 1 > d/e/f", folder.Path);
        await recorder.FlushAsync();
        Shell.Run("rm -r d; echo 2 >> stays", folder.Path);
        await recorder.FlushAsync();

        Assert.Equal(
            ["created d", "created d/e", "created d/e/f", "deleted d", "deleted d/e", "deleted d/e/f", "written stays"],
            recorder.Words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Handler_that_throws_leaves_the_watcher_alive()
    {
        using var folder = new TempFolder();
        var seen = 0;
        var failures = 0;
        await using var queue = new EventQueue(
            new EventQueueOptions { MaxBatchSize = 1 },
            batch => seen += seen == 0 && ++seen > 0 ? throw new InvalidOperationException("once") : batch.Count,
            _ => failures++);
        var stream = new FileWatcher(folder["f"]).Watch();
        queue.Attach(stream);
        queue.Start();
        await stream.Ready;

        folder.Write("f", "1");
        await Eventually.TrueAsync(() => failures == 1);
        folder.Write("f", "22");
        await Eventually.TrueAsync(() => seen == 2);
    }

    [Fact]
    public async Task Directories_above_deleted_and_created_again_at_once_are_never_lost_sight_of()
    {
        using var folder = new TempFolder();
        var file = folder["d/a/b/f"];
        await using var recorder = await Recorder.StartAsync(new FileWatcher(new FileWatcherOptions { Path = file, SettleTime = TimeSpan.Zero }));
        for (var i = 0; i < (Stress.IsLong ? 10_000 : 500); i++)
        {
            Directory.CreateDirectory(folder["d"]);
            Directory.CreateDirectory(folder["d/a"]);
            Directory.CreateDirectory(folder["d/a/b"]);
            // Another size each time: one inode and one time may well be given twice.
            await File.WriteAllTextAsync(file, new string('x', 1 + (i % 50)));
            await recorder.UntilAsync(static words => words is [.., "created f"] or [.., "written f"]);
            Directory.Delete(folder["d"], recursive: true);
            if (i % 2 == 0)
            {
                await recorder.UntilAsync(static words => words is [.., "deleted f"]);
            }

            recorder.Clear();
        }
    }
}

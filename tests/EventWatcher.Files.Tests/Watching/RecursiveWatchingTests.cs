using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

public sealed class RecursiveWatchingTests
{
    [Fact]
    public async Task Files_in_new_directories_are_all_reported_and_none_twice()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        for (var i = 0; i < 300; i++)
        {
            Directory.CreateDirectory(folder[$"n{i}/a/b"]);
            await File.WriteAllTextAsync(folder[$"n{i}/a/b/file"], "1");
        }

        await recorder.FlushAsync();
        await recorder.FlushAsync();
        var files = recorder.Words.Where(static word => word.EndsWith("/file", StringComparison.Ordinal)).ToList();
        Assert.Equal(300, files.Count);
        Assert.Equal(1200, recorder.Words.Distinct().Count());
        Assert.Equal(1200, recorder.Words.Count);
        for (var i = 0; i < 300; i++)
        {
            Assert.True(IndexOf(recorder, $"created n{i}") < IndexOf(recorder, $"created n{i}/a/b"));
            Assert.True(IndexOf(recorder, $"created n{i}/a/b") < IndexOf(recorder, $"created n{i}/a/b/file"));
        }
    }

    [Fact]
    public async Task Renamed_directory_keeps_what_is_in_it()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("a/deep");
        folder.Write("a/deep/file", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        Directory.Move(folder["a"], folder["b"]);
        await recorder.UntilCountAsync(1);
        folder.Write("b/deep/file", "22");
        await recorder.UntilCountAsync(2);
        folder.Write("b/deep/new", "1");
        await recorder.UntilCountAsync(3);
        folder.MakeDirectory("a");
        folder.Write("a/x", "1");
        await recorder.UntilCountAsync(5);

        Assert.Equal(["renamed b", "written b/deep/file", "created b/deep/new", "created a", "created a/x"], recorder.Words);
        Assert.Equal("a", recorder.Events[0].ActorAttributes["oldName"]);
        Assert.Equal("true", recorder.Events[0].ActorAttributes["directory"]);
    }

    [Fact]
    public async Task Directory_moved_in_and_out_comes_and_goes_with_all_that_is_in_it()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        other.MakeDirectory("t/u");
        other.Write("t/u/f", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        Directory.Move(other["t"], folder["t"]);
        await recorder.FlushAsync();
        Assert.Equal(["created t", "created t/u", "created t/u/f"], recorder.Words);
        recorder.Clear();
        Directory.Move(folder["t"], other["t"]);
        await recorder.UntilCountAsync(3);
        other.Write("t/u/f", "changed outside");
        folder.Write("after", "1");
        await recorder.UntilCountAsync(4);

        Assert.Equal(["deleted t/u/f", "deleted t/u", "deleted t", "created after"], recorder.Words);
    }

    [Fact]
    public async Task Root_deleted_and_created_again_is_picked_up_every_time()
    {
        using var folder = new TempFolder();
        var root = folder.MakeDirectory("root");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(root, recursive: true));

        for (var i = 0; i < (Stress.IsLong ? 100 : 20); i++)
        {
            await Task.Run(() => Directory.Delete(root, recursive: true));
            if (i % 3 == 0)
            {
                await recorder.UntilAsync(static words => words is [.., "deleted ."]);
            }

            Shell.Run($"mkdir -p root/sub; echo {i} > root/sub/file{i}", folder.Path);
            await recorder.UntilAsync(words => words.Contains($"created sub/file{i}"));
            await File.WriteAllTextAsync(Path.Combine(root, "sub", "file" + i), "more than before");
            await recorder.UntilAsync(words => words.Contains($"written sub/file{i}"));
        }

        Assert.DoesNotContain(recorder.Events, static item => item.Action.IsForceReload);
    }

    [Fact]
    public async Task Root_renamed_is_reported_once_and_another_in_its_place_is_seen()
    {
        using var folder = new TempFolder();
        var root = folder.MakeDirectory("x/root");
        await File.WriteAllTextAsync(Path.Combine(root, "old"), "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(root));

        Directory.Move(folder["x"], folder["y"]);
        await recorder.UntilCountAsync(2);
        Assert.Equal(["deleted old", "deleted ."], recorder.Words);
        await File.WriteAllTextAsync(folder["y/root/unseen"], "1");
        Shell.Run("mkdir -p x/root; echo 1 > x/root/new", folder.Path);
        await recorder.UntilCountAsync(4);
        Assert.Equal(["created .", "created new"], recorder.Words.Skip(2).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Missing_root_is_awaited_from_its_nearest_ancestor()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder["a/b/c"], recursive: true));

        Shell.Run("mkdir -p a/b/c/d; echo 1 > a/b/c/d/file", folder.Path);
        await recorder.UntilAsync(static words => words.Contains("created d/file"));
        await recorder.FlushAsync();

        Assert.Equal(["created .", "created d", "created d/file"], recorder.Words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Root_that_is_a_link_follows_it()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("one");
        folder.MakeDirectory("two");
        folder.Write("two/b", "1");
        Directory.CreateSymbolicLink(folder["root"], "one");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder["root"]));

        folder.Write("one/a", "1");
        await recorder.UntilCountAsync(1);
        Shell.Run("ln -sfn two root", folder.Path);
        await recorder.UntilCountAsync(3);
        folder.Write("two/c", "1");
        await recorder.UntilCountAsync(4);

        Assert.Equal(["created a", "created b", "created c", "deleted a"], recorder.Words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Watched_directory_within_a_watched_one_is_removed_and_both_see_it()
    {
        using var folder = new TempFolder();
        var inner = folder.MakeDirectory("inner");
        await using var parent = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));
        await using var child = await Recorder.StartAsync(new DirectoryWatcher(inner));

        folder.Write("inner/f", "1");
        await parent.UntilCountAsync(1);
        await child.UntilCountAsync(1);
        Directory.Delete(inner, recursive: true);
        await parent.UntilCountAsync(3);
        await child.UntilCountAsync(3);

        Assert.Equal(["created inner/f", "deleted inner/f", "deleted inner"], parent.Words);
        Assert.Equal(["created f", "deleted f", "deleted ."], child.Words);
    }

    [Fact]
    public async Task File_replaced_by_a_directory_and_back_is_told_apart()
    {
        using var folder = new TempFolder();
        folder.Write("x", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        Shell.Run("rm x; mkdir x; echo 1 > x/y", folder.Path);
        await recorder.FlushAsync();
        Assert.Equal(["deleted x", "created x", "created x/y"], recorder.Words);
        recorder.Clear();
        Shell.Run("rm -r x; echo 1 > x", folder.Path);
        await recorder.FlushAsync();
        Assert.Equal(["deleted x/y", "deleted x", "created x"], recorder.Words);
    }

    [Fact]
    public async Task Path_longer_than_the_kernel_takes_harms_nobody()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));
        Shell.Run("n=$(printf 'x%.0s' {1..200}); for i in {1..25}; do mkdir $n; cd -P $n 2>/dev/null || cd ./$n; done; echo 1 > f", folder.Path);
        await recorder.FlushAsync();
        folder.Write("after", "1");
        await recorder.UntilAsync(static words => words.Contains("created after"));
        Shell.Run("rm -rf xx*", folder.Path);
        await recorder.FlushAsync();
        folder.Write("last", "1");
        await recorder.UntilAsync(static words => words.Contains("created last"));
        Assert.DoesNotContain(recorder.Events, static item => item.Action.IsForceReload);
    }

    private static int IndexOf(Recorder recorder, string word) => recorder.Words.ToList().IndexOf(word);
}

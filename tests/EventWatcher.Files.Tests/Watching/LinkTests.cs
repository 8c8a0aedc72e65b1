namespace EventWatcher.Files.Tests;

public sealed class LinkTests
{
    [Fact]
    public async Task Link_in_a_directory_that_was_renamed_is_followed_still_when_its_file_is_replaced()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        other.Write("target", "1");
        folder.MakeDirectory("d");
        File.CreateSymbolicLink(folder["d/link"], other["target"]);
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        Directory.Move(folder["d"], folder["e"]);
        await recorder.FlushAsync();
        Shell.Run("echo 22 > new; mv new target", other.Path);
        await recorder.UntilCountAsync(2);
        other.Write("target", "333");
        await recorder.UntilCountAsync(3);

        Assert.Equal(["renamed e", "written e/link", "written e/link"], recorder.Words);
    }

    [Fact]
    public async Task Link_that_climbs_out_of_a_directory_reached_by_a_link_is_followed_from_where_it_really_is()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("real/deep/dir");
        folder.Write("real/deep/target", "1");
        File.CreateSymbolicLink(folder["real/deep/dir/link"], "../target");
        Directory.CreateSymbolicLink(folder["root"], "real/deep/dir");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder["root"]));

        folder.Write("real/deep/target", "22");
        await recorder.UntilCountAsync(1);

        Assert.Equal(["written link"], recorder.Words);
    }

    [Fact]
    public async Task Link_to_a_name_that_is_no_text_is_followed()
    {
        using var folder = new TempFolder();
        Shell.Run(@"mkdir $'d\xff'; ln -s $'d\xff/f' link; echo 1 > $'d\xff/f'", folder.Path);
        await using var recorder = await Recorder.StartAsync(new ConfigFileWatcher(folder["link"]));
        Shell.Run(@"echo 2 > $'d\xff/f'", folder.Path);
        await recorder.UntilCountAsync(1);
        Shell.Run(@"echo 3 > n; mv n $'d\xff/f'", folder.Path);
        await recorder.UntilCountAsync(2);

        Assert.Equal(["written link", "written link"], recorder.Words);
    }

    [Fact]
    public async Task Link_of_the_same_name_in_another_root_is_followed()
    {
        using var folder = new TempFolder();
        Shell.Run("mkdir one two; echo 1 > t1; echo 22 > t2; ln -s ../t1 one/link; ln -s ../t2 two/link; ln -s one root", folder.Path);
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder["root"]));

        Shell.Run("ln -sfn two root", folder.Path);
        await recorder.UntilCountAsync(1);
        folder.Write("t2", "333");
        await recorder.UntilCountAsync(2);

        Assert.Equal(["written link", "written link"], recorder.Words);
    }

    [Fact]
    public async Task Link_that_climbs_is_followed_elsewhere_once_its_directory_is_moved_deeper()
    {
        using var folder = new TempFolder();
        Shell.Run("mkdir d x; echo 1 > target; echo 22 > x/target; ln -s ../target d/link", folder.Path);
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        Directory.Move(folder["d"], folder["x/d"]);
        await recorder.UntilCountAsync(2);
        Assert.Equal(["renamed x/d", "written x/d/link"], recorder.Words);
        recorder.Clear();
        folder.Write("x/target", "333");
        await recorder.FlushAsync();

        Assert.Equal(["written x/d/link", "written x/target"], recorder.Words.Order(StringComparer.Ordinal));
    }
}

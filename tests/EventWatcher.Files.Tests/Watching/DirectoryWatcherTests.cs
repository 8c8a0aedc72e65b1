using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

public sealed class DirectoryWatcherTests
{
    public static TheoryData<string> Ways => WaysOfSaving.Names;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Save_of_any_kind_is_one_written(string way)
    {
        var times = Stress.IsLong ? 100 : 3;
        using var folder = new TempFolder();
        var directory = folder.MakeDirectory("d");
        await File.WriteAllTextAsync(Path.Combine(directory, "app.yaml"), "begin");
        var contents = new List<string>();
        await using var recorder = await Recorder.StartAsync(
            new DirectoryWatcher(new DirectoryWatcherOptions { Path = directory, SettleTime = TimeSpan.FromMilliseconds(150) }),
            item => contents.Add(File.ReadAllText(item.ActorAttributes["path"])));

        for (var i = 1; i <= times; i++)
        {
            Shell.Run($"f=app.yaml; c='round {i}'; {WaysOfSaving.Scripts[way]}", directory);
            await recorder.UntilCountAsync(i);
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(directory, "app.yaml")), contents[i - 1]);
        }

        await recorder.FlushAsync();
        Assert.Equal(Enumerable.Repeat("written app.yaml", times), recorder.Words);
    }

    [Fact]
    public async Task Watch_reports_created_written_renamed_deleted_once_each()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        folder.Write("a", "1");
        await recorder.UntilCountAsync(1);
        folder.Write("a", "22");
        await recorder.UntilCountAsync(2);
        File.Move(folder["a"], folder["b"]);
        await recorder.UntilCountAsync(3);
        File.Delete(folder["b"]);
        await recorder.UntilCountAsync(4);

        Assert.Equal(["created a", "written a", "renamed b", "deleted b"], recorder.Words);
        Assert.Equal("a", recorder.Events[2].ActorAttributes["oldName"]);
        Assert.Equal(folder["b"], recorder.Events[2].ActorAttributes["path"]);
        Assert.Equal("2", recorder.Events[1].ActorAttributes["size"]);
        Assert.All(recorder.Events, item => Assert.Equal("file:" + folder.Path, item.Source));
        Assert.All(recorder.Events, static item => Assert.Equal("", item.ActorId));
    }

    [Fact]
    public async Task Hidden_files_temporaries_and_short_lived_names_are_not_reported()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        Shell.Run("touch .hidden a~ .a.swp 4913 '#a#' .goutputstream-X; touch born; rm born; mkdir gone; rmdir gone; touch last", folder.Path);
        await recorder.FlushAsync();

        Assert.Equal(["created last"], recorder.Words);
    }

    [Fact]
    public async Task Files_and_directories_outside_of_the_patterns_are_not_reported()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(new DirectoryWatcherOptions
        {
            Path = folder.Path,
            Recursive = true,
            Include = { "*.yaml", "special/**" },
            Exclude = { "cache", "**/skip.*" },
        }));

        Shell.Run("mkdir -p cache/x d special; touch a.yaml a.txt cache/b.yaml d/c.yaml d/skip.yaml special/anything", folder.Path);
        await recorder.FlushAsync();

        Assert.Equal(["created a.yaml", "created d", "created d/c.yaml", "created special", "created special/anything"], recorder.Words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Exchange_of_two_files_is_written_of_both()
    {
        using var folder = new TempFolder();
        folder.Write("a", "1");
        folder.Write("b", "2");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        Posix.Exchange(folder["a"], folder["b"]);
        await recorder.FlushAsync();

        Assert.Equal(["written a", "written b"], recorder.Words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rename_over_an_existing_file_is_one_renamed()
    {
        using var folder = new TempFolder();
        folder.Write("a", "1");
        folder.Write("b", "2");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        File.Move(folder["a"], folder["b"], overwrite: true);
        await recorder.FlushAsync();
        folder.Write("b", "333");
        await recorder.FlushAsync();

        Assert.Equal(["renamed b", "written b"], recorder.Words);
    }

    [Fact]
    public async Task Chain_of_renames_is_one_renamed_and_a_round_trip_is_nothing()
    {
        using var folder = new TempFolder();
        folder.Write("a", "1");
        folder.Write("x", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        Shell.Run("mv a b; mv b c; mv x y; mv y x", folder.Path);
        await recorder.FlushAsync();

        Assert.Equal(["renamed c"], recorder.Words);
        Assert.Equal("a", recorder.Events[0].ActorAttributes["oldName"]);
    }

    [Fact]
    public async Task Moves_from_and_to_an_unwatched_place_are_created_and_deleted()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        other.Write("in", "1");
        folder.Write("out", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        File.Move(other["in"], folder["in"]);
        await recorder.FlushAsync();
        File.Move(folder["out"], other["out"]);
        await recorder.FlushAsync();

        Assert.Equal(["created in", "deleted out"], recorder.Words);
    }

    [Fact]
    public async Task File_that_stays_open_is_reported_whole_when_it_is_closed()
    {
        using var folder = new TempFolder();
        folder.Write("log", "");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        await using (var log = new StreamWriter(folder["log"]) { AutoFlush = true })
        {
            await log.WriteAsync("first");
            await recorder.UntilCountAsync(1);
            await log.WriteAsync("second");
        }

        await recorder.UntilCountAsync(2);
        Assert.Equal(["written log", "written log"], recorder.Words);
    }

    [Fact]
    public async Task Attributes_alone_are_nothing_and_a_touch_is_written()
    {
        using var folder = new TempFolder();
        folder.Write("a", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        Shell.Run("chmod 600 a; ln a ../ewf-link-$$; rm ../ewf-link-$$", folder.Path);
        await recorder.FlushAsync();
        Assert.Empty(recorder.Words);
        Shell.Run("touch a", folder.Path);
        await recorder.FlushAsync();
        Assert.Equal(["written a"], recorder.Words);
    }

    [Fact]
    public async Task Name_that_is_no_text_is_reported()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        Shell.Run(@"mkdir $'d\xff'; echo 1 > $'d\xff/caf\xe9'; echo 1 > ok", folder.Path);
        await recorder.FlushAsync();
        Shell.Run(@"rm -r $'d\xff'", folder.Path);
        await recorder.FlushAsync();

        Assert.Equal(
            ["created d\uFFFD", "created d\uFFFD/caf\uFFFD", "created ok", "deleted d\uFFFD", "deleted d\uFFFD/caf\uFFFD"],
            recorder.Words.Order(StringComparer.Ordinal));
        var odd = recorder.Events.First(static item => item.ActorName.EndsWith("caf\uFFFD", StringComparison.Ordinal));
        Assert.EndsWith("64ff2f636166e9", odd.ActorAttributes["pathBytes"], StringComparison.Ordinal);
        Assert.DoesNotContain(recorder.Events, static item => item.Action.IsForceReload);
    }

    [Fact]
    public async Task Pipes_devices_and_unreadable_directories_harm_nobody()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        Shell.Run("mkfifo pipe; mknod null c 1 3 || true; mkdir closed; chmod 0 closed; ln -s loop loop; ln -s /nowhere dangling; touch after", folder.Path);
        await recorder.FlushAsync();

        Assert.Contains("created pipe", recorder.Words);
        Assert.Contains("created closed", recorder.Words);
        Assert.Contains("created loop", recorder.Words);
        Assert.Contains("created dangling", recorder.Words);
        Assert.Contains("created after", recorder.Words);
        Shell.Run("chmod 700 closed", folder.Path);
    }

    [Fact]
    public async Task Names_that_begin_alike_are_kept_apart()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("a");
        folder.MakeDirectory("ab");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        Directory.Move(folder["a"], folder["c"]);
        folder.Write("ab/file", "1");
        folder.Write("c/file", "1");
        await recorder.FlushAsync();

        Assert.Equal(["created ab/file", "created c/file", "renamed c"], recorder.Words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Links_through_a_hidden_hop_are_reported_when_the_hop_is_swapped()
    {
        using var folder = new TempFolder();
        ConfigMap.Publish(folder.Path, 0, ("app.yaml", "a0"));
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        for (var i = 1; i <= 5; i++)
        {
            ConfigMap.Publish(folder.Path, i, ("app.yaml", "a" + i));
            await recorder.UntilCountAsync(i);
        }

        await recorder.FlushAsync();
        Assert.Equal(Enumerable.Repeat("written app.yaml", 5), recorder.Words);
    }

    [Fact]
    public async Task Link_out_of_the_directory_is_reported_when_its_file_is_written()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        other.Write("target", "1");
        File.CreateSymbolicLink(folder["link"], other["target"]);
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));

        other.Write("target", "22");
        await recorder.UntilCountAsync(1);
        Shell.Run("echo 3 > t2; mv t2 target", other.Path);
        await recorder.UntilCountAsync(2);

        Assert.Equal(["written link", "written link"], recorder.Words);
    }

    [Fact]
    public async Task Name_with_a_line_break_is_matched_as_any_other()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(new DirectoryWatcherOptions
        {
            Path = folder.Path,
            Recursive = true,
            Include = { "**/*.yaml", "d/**" },
        }));
        Shell.Run(@"mkdir d $'e\nf'; touch $'d/x\ny' $'e\nf/b.yaml' $'c.yaml\n' last.yaml", folder.Path);
        await recorder.FlushAsync();
        Assert.Equal(["created d", "created d/x\ny", "created e\nf", "created e\nf/b.yaml", "created last.yaml"], recorder.Words.Order(StringComparer.Ordinal));
    }
}

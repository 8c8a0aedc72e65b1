namespace EventWatcher.Files.Tests;

/// <summary>Whole watchers on the source for other systems, with the same reconciliation on top.</summary>
public sealed class PortableWatchingTests
{
    [Fact]
    public async Task Tree_ends_in_the_state_of_the_disk()
    {
        using var folder = new TempFolder();

        // What is watched is moved away and not removed: here the framework's watcher keeps its descriptor for good where
        // its directory is removed, which other tests count.
        using var other = new TempFolder();
        Shell.Run("mkdir -p a/b c; echo 1 > a/1; echo 1 > a/b/1; echo 1 > c/1", folder.Path);
        var model = new ReportedState();
        model.Assume(ReportedState.OfDisk(folder.Path));
        await using var recorder = await Recorder.StartAsync(
            new DirectoryWatcher(new DirectoryWatcherOptions { Path = folder.Path, Recursive = true, UsesFrameworkWatcher = true }),
            model.Apply);

        foreach (var step in new[] { "echo 22 > a/1; echo 22 > c/2", "mkdir -p n/m/o; echo 1 > n/m/o/1", "mv c d; echo 3 > d/3", $"mv d a/b/d; mv n {other.Path}", "rm a/1; mv a/b/1 one", "mv a z; echo 4 > z/b/d/4" })
        {
            Shell.Run(step, folder.Path);
            await recorder.FlushAsync();
            Assert.Equal(ReportedState.OfDisk(folder.Path), model.Paths);
        }
    }

    [Fact]
    public async Task New_directory_is_watched_without_being_asked_to_look()
    {
        using var folder = new TempFolder();
        await using var recorder = await Recorder.StartAsync(
            new DirectoryWatcher(new DirectoryWatcherOptions { Path = folder.Path, Recursive = true, UsesFrameworkWatcher = true }));

        folder.MakeDirectory("a/b");
        await recorder.UntilAsync(static words => words.Contains("created a/b"));
        folder.Write("a/b/file", "1");
        await recorder.UntilAsync(static words => words.Contains("created a/b/file"));
        File.Delete(folder["a/b/file"]);
        await recorder.UntilAsync(static words => words.Contains("deleted a/b/file"));
    }

    [Theory]
    [InlineData("printf '%s' \"$c\" > $f")]
    [InlineData("printf '%s' \"$c\" > $f.tmp; mv $f.tmp $f")]
    [InlineData("rm $f; printf '%s' \"$c\" > $f")]
    [InlineData("mv $f $f~; printf '%s' \"$c\" > $f; rm $f~")]
    public async Task Save_of_a_configuration_file_is_one_written(string script)
    {
        using var folder = new TempFolder();
        var file = folder.Write("app.yaml", "begin");
        var contents = new List<string>();
        await using var recorder = await Recorder.StartAsync(
            new ConfigFileWatcher(new ConfigFileWatcherOptions { Paths = { file }, SettleTime = TimeSpan.FromMilliseconds(500), UsesFrameworkWatcher = true }),
            _ => contents.Add(File.ReadAllText(file)));

        for (var i = 1; i <= 2; i++)
        {
            Shell.Run($"f=app.yaml; c='round {i}'; {script}", folder.Path);
            await recorder.UntilCountAsync(i);
        }

        await recorder.FlushAsync();
        Assert.Equal(["written app.yaml", "written app.yaml"], recorder.Words);
        Assert.Equal(["round 1", "round 2"], contents);
    }
}

using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

public sealed class ConfigFileWatcherSavingTests
{
    private static readonly int Times = Stress.IsLong ? 100 : 2;

    public static TheoryData<string> Ways => WaysOfSaving.Names;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Save_of_any_kind_is_one_written_with_the_complete_content(string way)
    {
        using var folder = new TempFolder();
        var directory = folder.MakeDirectory("d");
        var file = Path.Combine(directory, "app.yaml");
        await File.WriteAllTextAsync(file, "begin");
        var contents = new List<string>();
        await using var recorder = await Recorder.StartAsync(
            new ConfigFileWatcher(new ConfigFileWatcherOptions { Paths = { file }, SettleTime = SettleTime(way) }),
            _ => contents.Add(File.ReadAllText(file)));

        for (var i = 1; i <= Times; i++)
        {
            Shell.Run($"f=app.yaml; c='round {i}'; {WaysOfSaving.Scripts[way]}", directory);
            await recorder.UntilCountAsync(i);
            Assert.Equal(await File.ReadAllTextAsync(file), contents[i - 1]);
        }

        await recorder.FlushAsync();
        Assert.Equal(Enumerable.Repeat("written app.yaml", Times), recorder.Words);
        Assert.Empty(recorder.Errors);
    }

    /// <summary>
    /// Where the file is away, or empty and closed, for a moment, a machine with more to do can make that moment longer
    /// than the default; the long run shows that one.
    /// </summary>
    private static TimeSpan SettleTime(string way) =>
        TimeSpan.FromMilliseconds(!Stress.IsLong && WaysOfSaving.WithAGap.Contains(way) ? 800 : 100);

    [Theory]
    [InlineData("printf begin > $f")]
    [InlineData("printf begin > $f.tmp; mv $f.tmp $f")]
    [InlineData("touch $f")]
    [InlineData("chmod 600 $f")]
    [InlineData("rm $f; printf begin > $f")]
    [InlineData(": >> $f")]
    public async Task Save_of_the_same_content_is_nothing(string script)
    {
        using var folder = new TempFolder();
        var file = folder.Write("app.yaml", "begin");
        var watcher = new ConfigFileWatcher(file);
        await using var recorder = await Recorder.StartAsync(watcher);

        Shell.Run($"f=app.yaml; {script}", folder.Path);
        await recorder.FlushAsync();
        Assert.Empty(recorder.Words);

        await File.WriteAllTextAsync(file, "other");
        await recorder.UntilCountAsync(1);
        Assert.Equal(["written app.yaml"], recorder.Words);
    }

    [Fact]
    public async Task Swap_of_a_config_map_is_one_written_of_each_file_that_changed()
    {
        using var folder = new TempFolder();
        ConfigMap.Publish(folder.Path, 0, ("app.yaml", "a0"), ("other.yaml", "same"));
        await using var recorder = await Recorder.StartAsync(new ConfigFileWatcher(folder["app.yaml"], folder["other.yaml"]));

        for (var i = 1; i <= Times * 2; i++)
        {
            ConfigMap.Publish(folder.Path, i, ("app.yaml", "a" + i), ("other.yaml", "same"));
            await recorder.UntilCountAsync(i);
        }

        await recorder.FlushAsync();
        Assert.Equal(Enumerable.Repeat("written app.yaml", Times * 2), recorder.Words);
    }

    [Fact]
    public async Task Deletion_is_reported_after_the_settle_time_and_the_return_too()
    {
        using var folder = new TempFolder();
        var file = folder.Write("app.yaml", "begin");
        await using var recorder = await Recorder.StartAsync(new ConfigFileWatcher(file));

        File.Delete(file);
        await recorder.UntilCountAsync(1);
        await File.WriteAllTextAsync(file, "begin");
        await recorder.UntilCountAsync(2);

        Assert.Equal(["deleted app.yaml", "written app.yaml"], recorder.Words);
    }

    [Fact]
    public async Task Path_of_which_three_levels_are_missing_is_seen_when_it_appears()
    {
        using var folder = new TempFolder();
        var file = folder["a/b/c/app.yaml"];
        await using var recorder = await Recorder.StartAsync(new ConfigFileWatcher(file));

        folder.MakeDirectory("a");
        await recorder.FlushAsync();
        folder.MakeDirectory("a/b/c");
        await recorder.FlushAsync();
        await File.WriteAllTextAsync(file, "there");
        await recorder.UntilCountAsync(1);
        Assert.Equal(["written app.yaml"], recorder.Words);

        Directory.Delete(folder["a"], recursive: true);
        await recorder.UntilCountAsync(2);
        Shell.Run("mkdir -p a/b/c; echo again > a/b/c/app.yaml", folder.Path);
        await recorder.UntilCountAsync(3);
        Assert.Equal(["written app.yaml", "deleted app.yaml", "written app.yaml"], recorder.Words);
    }
}

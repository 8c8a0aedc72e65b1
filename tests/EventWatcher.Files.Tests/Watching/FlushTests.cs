namespace EventWatcher.Files.Tests;

/// <summary>A flush asks for what has happened: not for the half of what is happening.</summary>
public sealed class FlushTests
{
    // So long that nothing is reported but by a flush or a close.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    public static TheoryData<string, bool> Watchers => new()
    {
        { nameof(DirectoryWatcher), true },
        { nameof(DirectoryWatcher), false },
        { nameof(FileWatcher), true },
        { nameof(FileWatcher), false },
        { nameof(ConfigFileWatcher), true },
        { nameof(ConfigFileWatcher), false },
    };

    [Theory]
    [MemberData(nameof(Watchers))]
    public async Task Flush_amid_a_slow_write_reports_it_after_its_close_and_whole(string kind, bool exists)
    {
        using var folder = new TempFolder();
        var file = folder["app.yaml"];
        if (exists)
        {
            await File.WriteAllTextAsync(file, "begin");
        }

        var contents = new List<string>();
        await using var recorder = await Recorder.StartAsync(Make(kind, folder.Path, file), _ => contents.Add(File.ReadAllText(file)));
        await using (var writer = new StreamWriter(file) { AutoFlush = true })
        {
            await writer.WriteAsync("first half, ");
            await recorder.FlushAsync();
            Assert.Empty(recorder.Words);
            await writer.WriteAsync("second half");
            await recorder.FlushAsync();
            Assert.Empty(recorder.Words);
        }

        await recorder.FlushAsync();
        Assert.Equal([exists || kind is nameof(ConfigFileWatcher) ? "written app.yaml" : "created app.yaml"], recorder.Words);
        Assert.Equal(["first half, second half"], contents);
    }

    [Theory]
    [MemberData(nameof(Watchers))]
    public async Task Flush_reports_links_that_nobody_closes(string kind, bool exists)
    {
        await FlushAfterAsync(kind, exists, "ln -f");
        await FlushAfterAsync(kind, exists, "rm -f app.yaml; ln -s");
        await FlushAfterAsync(kind, exists, "ln -sfn");
    }

    private static async Task FlushAfterAsync(string kind, bool exists, string command)
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        other.Write("source", "new");
        if (exists)
        {
            folder.Write("app.yaml", "begin");
        }

        await using var recorder = await Recorder.StartAsync(Make(kind, folder.Path, folder["app.yaml"]));
        Shell.Run($"{command} {other["source"]} app.yaml", folder.Path);
        await recorder.FlushAsync();
        Assert.Equal([exists || kind is nameof(ConfigFileWatcher) ? "written app.yaml" : "created app.yaml"], recorder.Words);
    }

    private static Watcher Make(string kind, string folder, string file) => kind switch
    {
        nameof(DirectoryWatcher) => new DirectoryWatcher(new DirectoryWatcherOptions { Path = folder, SettleTime = Long }),
        nameof(FileWatcher) => new FileWatcher(new FileWatcherOptions { Path = file, SettleTime = Long }),
        _ => new ConfigFileWatcher(new ConfigFileWatcherOptions { Paths = { file }, SettleTime = Long }),
    };
}

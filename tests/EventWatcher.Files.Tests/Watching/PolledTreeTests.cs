namespace EventWatcher.Files.Tests;

public sealed class PolledTreeTests
{
    [Fact]
    public async Task Content_tells_two_writes_apart_that_bear_the_same_whole_second()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("d");
        var second = new DateTime(DateTime.UtcNow.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc);
        Write("d/file", "aaaa", second);
        Write("d/same", "aaaa", second);
        await using var recorder = await Recorder.StartAsync(Polled(folder));

        Write("d/file", "bbbb", second);
        Write("d/same", "aaaa", second);
        await recorder.FlushAsync();
        Assert.Equal(["written d/file"], recorder.Words);
        await recorder.FlushAsync();
        Assert.Single(recorder.Words);

        Write("d/new", "cccc", second);
        await recorder.FlushAsync();
        Write("d/new", "dddd", second);
        Write("d/file", "eeee", second);
        await recorder.FlushAsync();
        Assert.Equal(["written d/file", "created d/new", "written d/file", "written d/new"], [.. recorder.Words.Take(2), .. recorder.Words.Skip(2).Order(StringComparer.Ordinal)]);

        void Write(string name, string content, DateTime modified)
        {
            folder.Write(name, content);
            File.SetLastWriteTimeUtc(folder[name], modified);
        }
    }

    [Fact]
    public async Task Clock_finds_what_happens_in_a_tree_that_tells_nothing()
    {
        using var folder = new TempFolder();
        Shell.Run("mkdir -p a/b; echo 1 > a/1; echo 1 > a/b/1", folder.Path);
        var model = new ReportedState();
        model.Assume(ReportedState.OfDisk(folder.Path));
        await using var recorder = await Recorder.StartAsync(Polled(folder), model.Apply);
        foreach (var step in new[] { "echo 22 > a/1; mkdir -p n/m; echo 1 > n/m/1", "mv a z; rm z/1", "rm -r n; echo 333 > z/b/1; mv z/b/1 one", "rm -r z; ln -s one link" })
        {
            Shell.Run(step, folder.Path);
            await recorder.FlushAsync();
            Assert.Equal(ReportedState.OfDisk(folder.Path), model.Paths);
            Assert.Empty(model.Faults);
        }
    }

    /// <summary>Looked at when it is asked for: the clock's turn never comes.</summary>
    private static DirectoryWatcher Polled(TempFolder folder) => new(new DirectoryWatcherOptions
    {
        Path = folder.Path,
        Recursive = true,
        Polling = FilePolling.Always,
        PollInterval = TimeSpan.FromDays(1),
    });
}

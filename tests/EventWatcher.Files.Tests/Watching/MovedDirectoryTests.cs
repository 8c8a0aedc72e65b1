namespace EventWatcher.Files.Tests;

public sealed class MovedDirectoryTests
{
    [Fact]
    public async Task Directory_renamed_into_an_included_path_brings_its_files()
    {
        using var folder = new TempFolder();
        folder.MakeDirectory("other/sub");
        folder.Write("other/sub/f", "1");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(new DirectoryWatcherOptions
        {
            Path = folder.Path,
            Recursive = true,
            Include = { "special/**" },
        }));
        Directory.Move(folder["other"], folder["special"]);
        await recorder.FlushAsync();
        Assert.Contains("created special/sub/f", recorder.Words);
        recorder.Clear();
        Directory.Move(folder["special"], folder["other"]);
        await recorder.FlushAsync();
        Assert.Contains("deleted special/sub/f", recorder.Words);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "c/d")]
    [InlineData("a", "file")]
    public async Task Exchange_of_directories_keeps_both_watched(string one, string two)
    {
        using var folder = new TempFolder();
        Shell.Run("mkdir -p a/x b/y c/d/z; echo 1 > a/1; echo 1 > a/x/1; echo 2 > b/2; echo 2 > b/y/2; echo 3 > c/d/3; echo 4 > file", folder.Path);
        var model = new ReportedState();
        model.Assume(ReportedState.OfDisk(folder.Path));
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true), model.Apply);
        for (var i = 0; i < 4; i++)
        {
            Posix.Exchange(folder[one], folder[two]);
            if (i % 2 == 0)
            {
                await recorder.FlushAsync();
            }

            Shell.Run($"for d in $(find . -type d); do echo {i} > $d/n{i}; done", folder.Path);
            await recorder.FlushAsync();
            Assert.Equal(ReportedState.OfDisk(folder.Path), model.Paths);
            Assert.Empty(model.Faults);
        }
    }

    [Fact]
    public async Task Directory_moved_into_what_took_its_name_does_not_overflow_the_stack()
    {
        using var folder = new TempFolder();
        Shell.Run("mkdir a b; echo 1 > a/1; echo 22 > b/2", folder.Path);
        var model = new ReportedState();
        model.Assume(ReportedState.OfDisk(folder.Path));
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true), model.Apply);

        Shell.Run("mv a x; mv b a; mv x a/x", folder.Path);
        await recorder.FlushAsync();

        Assert.Equal(ReportedState.OfDisk(folder.Path), model.Paths);
        Assert.Empty(model.Faults);
    }
}

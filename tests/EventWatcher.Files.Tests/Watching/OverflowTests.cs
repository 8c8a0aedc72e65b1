using System.Globalization;
using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

[Collection(nameof(KernelCollection))]
public sealed class OverflowTests
{
    private const string QueueLimit = "/proc/sys/fs/inotify/max_queued_events";

    [SkippableFact]
    public async Task Overflow_of_the_kernels_queue_ends_in_the_state_of_the_disk()
    {
        var files = Stress.IsLong ? 100_000 : 5_000;
        var directories = files / 100;
        using var queue = SmallQueue();
        using var folder = new TempFolder();
        var options = new DirectoryWatcherOptions { Path = folder.Path, Recursive = true, Capacity = 1_000_000 };
        var model = new ReportedState();
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(options), model.Apply);
        using var overflows = new OverflowCounter();
        using var reader = new HeldReader();

        for (var d = 0; d < directories; d++)
        {
            reader.Allow(2);
            folder.MakeDirectory($"d{d % 10}/e{d}");
            for (var f = 0; f < 100; f++)
            {
                folder.Write($"d{d % 10}/e{d}/f{f}", "1");
            }
        }

        reader.Allow(1_000_000);
        await recorder.FlushAsync();
        Assert.Equal(ReportedState.OfDisk(folder.Path), model.Paths);
        reader.Withdraw();

        for (var d = 0; d < directories; d += 2)
        {
            reader.Allow(1);
            for (var f = 0; f < 100; f += 2)
            {
                folder.Write($"d{d % 10}/e{d}/f{f}", "22");
            }

            File.Move(folder[$"d{d % 10}/e{d}/f1"], folder[$"d{d % 10}/e{d}/moved"]);
            if (d % 8 == 0)
            {
                Directory.Delete(folder[$"d{d % 10}/e{d}"], recursive: true);
            }
            else if (d % 8 == 2)
            {
                Directory.Move(folder[$"d{d % 10}/e{d}"], folder[$"d{d % 10}/m{d}"]);
            }
        }

        reader.Dispose();
        await recorder.FlushAsync();
        Assert.Equal(ReportedState.OfDisk(folder.Path), model.Paths);
        Assert.Empty(model.Faults);
        Assert.True(overflows.Count > 0, "The queue did not overflow.");
        Assert.DoesNotContain(recorder.Events, static item => item.Action.IsForceReload);
        Assert.NotEmpty(recorder.Errors);
        Assert.All(recorder.Errors, static error => Assert.Equal(64, Assert.IsType<FileSignalsLostException>(error).Allowed));

        folder.Write("after", "1");
        await recorder.UntilAsync(static words => words.Contains("created after"));
    }

    [SkippableFact]
    public async Task Overflow_with_a_blocked_reader_reports_files_and_configuration()
    {
        using var folder = new TempFolder();
        var file = folder.Write("app.yaml", "0");
        folder.Write("plain", "0");
        using var queue = SmallQueue();
        await using var config = await Recorder.StartAsync(new ConfigFileWatcher(file));
        await using var plain = await Recorder.StartAsync(new FileWatcher(folder["plain"]));
        await using var tree = await Recorder.StartAsync(new DirectoryWatcher(folder.Path));
        using var overflows = new OverflowCounter();
        using var reader = new HeldReader();

        for (var i = 0; i < 200; i++)
        {
            folder.Write("noise" + i, "1");
        }

        folder.Write("app.yaml", "new");
        folder.Write("plain", "new");
        File.Delete(folder["noise7"]);
        reader.Dispose();

        await config.UntilCountAsync(1);
        await plain.UntilCountAsync(1);
        await tree.FlushAsync();
        Assert.True(overflows.Count > 0);
        Assert.All([config, plain, tree], static one => Assert.Contains("max_queued_events", Assert.Single(one.Errors).Message, StringComparison.Ordinal));
        Assert.Equal(["written app.yaml"], config.Words);
        Assert.Equal(["written plain"], plain.Words);
        Assert.Equal(201, tree.Words.Distinct().Count());
        folder.Write("app.yaml", "newer");
        await config.UntilCountAsync(2);
    }

    /// <summary>The kernel takes the limit when an instance is made, so no watcher may be alive.</summary>
    private static SystemSetting SmallQueue()
    {
        Assert.Null(FileEventSources.Current);
        return new SystemSetting(QueueLimit, 64.ToString(CultureInfo.InvariantCulture));
    }
}

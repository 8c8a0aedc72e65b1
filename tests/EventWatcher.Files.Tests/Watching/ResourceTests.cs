using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

[Collection(nameof(KernelCollection))]
public sealed class ResourceTests
{
    [Fact]
    public async Task Thousand_watchers_share_one_descriptor_and_one_thread_and_leave_nothing()
    {
        using var folder = new TempFolder();
        var streams = new List<WatchStream>();
        Assert.Equal(0, Process.InotifyDescriptors);
        for (var i = 0; i < 1_000; i++)
        {
            Watcher watcher = (i % 3) switch
            {
                0 => new DirectoryWatcher(folder.MakeDirectory("d" + i)),
                1 => new FileWatcher(folder["f" + i]),
                _ => new ConfigFileWatcher(folder["c" + i]),
            };
            streams.Add(watcher.Watch());
        }

        await Task.WhenAll(streams.Select(static stream => stream.Ready)).WaitAsync(Eventually.DefaultDeadline);
        Assert.Equal(1, Process.InotifyDescriptors);
        Assert.Equal(1, Process.ReaderThreads);
        Assert.True(Process.InotifyWatches > 300);

        folder.Write("f1", "1");
        Assert.Equal("created f1", (await streams[1].Events.ReadAsync()).ToString());

        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }

        await Eventually.TrueAsync(static () => Process.InotifyDescriptors == 0 && Process.ReaderThreads == 0);
        Assert.Null(FileEventSources.Current);
    }

    [Fact]
    public async Task Last_subscription_but_one_leaves_no_watch_of_its_own()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        folder.MakeDirectory("a/b/c");
        await using var stays = await Recorder.StartAsync(new FileWatcher(other["f"]));
        var before = Process.InotifyWatches;
        var goes = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));
        File.CreateSymbolicLink(folder["link"], other["elsewhere"]);
        await goes.FlushAsync();
        Assert.True(Process.InotifyWatches > before);

        await goes.DisposeAsync();

        await Eventually.TrueAsync(() => Process.InotifyWatches == before);
        Assert.Equal(before, FileEventSources.Current!.Count);
    }

    [Fact]
    public async Task Large_tree_is_watched_in_every_directory_and_its_scan_leaves_no_thread()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 300; i++)
        {
            folder.MakeDirectory($"d{i % 40}/e{i}/f");
            folder.Write($"d{i % 40}/e{i}/f/there", "1");
        }

        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(folder.Path, recursive: true));

        // The last of them may be on its way out still.
        await Eventually.TrueAsync(static () => Process.ScanThreads == 0);
        Assert.True(FileEventSources.Current!.Count >= 1 + 40 + 600);

        for (var i = 0; i < 300; i++)
        {
            folder.Write($"d{i % 40}/e{i}/f/there", "22");
            folder.Write($"d{i % 40}/e{i}/new", "1");
        }

        await recorder.FlushAsync();
        Assert.Equal(600, recorder.Words.Count);
        Assert.Equal(300, recorder.Words.Count(static word => word.StartsWith("written", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task Disposal_amid_the_first_scan_leaves_nothing(int milliseconds)
    {
        using var folder = new TempFolder();
        Shell.Run("mkdir -p d{1..40}/e{1..25}", folder.Path);
        Assert.Equal(0, Process.InotifyDescriptors);
        var stream = new DirectoryWatcher(folder.Path, recursive: true).Watch();
        SpinWait.SpinUntil(static () => Process.InotifyWatches > 2, TimeSpan.FromMilliseconds(milliseconds));

        await stream.DisposeAsync();

        await Eventually.TrueAsync(static () => Process.InotifyDescriptors == 0 && Process.ReaderThreads == 0 && Process.ScanThreads == 0);
        Assert.Null(FileEventSources.Current);
    }

    [SkippableFact]
    public async Task Disposal_amid_an_overflow_leaves_nothing()
    {
        using var folder = new TempFolder();
        Shell.Run("mkdir -p d{1..40}/e{1..25}", folder.Path);
        using var queue = new SystemSetting("/proc/sys/fs/inotify/max_queued_events", "64");
        using var overflows = new OverflowCounter();
        var stream = new DirectoryWatcher(folder.Path, recursive: true).Watch();
        await stream.Ready.WaitAsync(Eventually.DefaultDeadline);
        using var reader = new HeldReader();
        Shell.Run("for i in {1..200}; do echo 1 > d1/e1/f$i; done; rm -r d2", folder.Path);

        var flush = Eventually.TrueAsync(() => overflows.Count > 0);
        reader.Dispose();
        await flush;
        await stream.DisposeAsync();

        await Eventually.TrueAsync(static () => Process.InotifyDescriptors == 0 && Process.ReaderThreads == 0);
        Assert.Null(FileEventSources.Current);
    }

    [SkippableFact]
    public async Task Limit_of_watches_is_named_and_what_did_not_fit_is_polled()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 40; i++)
        {
            folder.MakeDirectory("d" + i);
        }

        using var limit = new SystemSetting("/proc/sys/fs/inotify/max_user_watches", "20");
        await using var recorder = await Recorder.StartAsync(new DirectoryWatcher(new DirectoryWatcherOptions
        {
            Path = folder.Path,
            Recursive = true,
            PollInterval = TimeSpan.FromMilliseconds(50),
        }));

        for (var i = 0; i < 40; i++)
        {
            folder.Write($"d{i}/f", "1");
        }

        await recorder.UntilCountAsync(40);
        var error = Assert.IsType<WatchLimitException>(Assert.Single(recorder.Errors));
        Assert.Equal("max_user_watches", error.Limit);
        Assert.Equal(20, error.Allowed);
        Assert.Contains("sysctl -w fs.inotify.max_user_watches=", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Limit_of_instances_is_named_and_everything_is_polled()
    {
        using var folder = new TempFolder();
        var file = folder.Write("app.yaml", "0");
        using var limit = new SystemSetting("/proc/sys/fs/inotify/max_user_instances", "0");
        await using var recorder = await Recorder.StartAsync(new ConfigFileWatcher(new ConfigFileWatcherOptions
        {
            Paths = { file },
            PollInterval = TimeSpan.FromMilliseconds(50),
        }));

        await File.WriteAllTextAsync(file, "1");
        await recorder.UntilCountAsync(1);

        Assert.Equal("max_user_instances", Assert.IsType<WatchLimitException>(Assert.Single(recorder.Errors)).Limit);
    }

    private static class Process
    {
        public static int InotifyDescriptors => Descriptors().Count();

        public static int InotifyWatches => Descriptors().Sum(static path => ReadLines("/proc/self/fdinfo/" + Path.GetFileName(path))
            .Count(static line => line.StartsWith("inotify wd:", StringComparison.Ordinal)));

        // The kernel cuts a thread's name after 15 characters.
        public static int ReaderThreads => Threads("EventWatcher.Fi");

        public static int ScanThreads => Threads("EventWatcher sc");

        // The framework's own watchers (of the test host) are not counted: they name their threads otherwise and come first.
        private static IEnumerable<string> Descriptors() => Directory.GetFiles("/proc/self/fd")
            .Where(static path => new FileInfo(path).LinkTarget is "anon_inode:inotify");

        private static int Threads(string name) => Directory.GetDirectories("/proc/self/task")
            .Count(task => string.Equals(ReadLines(task + "/comm").FirstOrDefault(), name, StringComparison.Ordinal));

        private static string[] ReadLines(string path)
        {
            try
            {
                return File.ReadAllLines(path);
            }
            catch (IOException)
            {
                // Ended while it was looked at.
                return [];
            }
        }
    }
}

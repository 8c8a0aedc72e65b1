using EventWatcher.Files;

namespace EventWatcher.Benchmarks;

/// <summary>What a thousand watchers hold of the process, beside the framework's.</summary>
internal static class ManyFileWatchersCommand
{
    public static async Task RunAsync(CommandArguments arguments)
    {
        var count = arguments.Number("--watchers", 1_000);
        arguments.RefuseOthers();

        using var folder = new BenchmarkFolder();
        for (var i = 0; i < count; i++)
        {
            Directory.CreateDirectory(folder["d" + i]);
        }

        var table = new Table($"{Figures.Whole(count)} watchers", "inotify descriptors", "threads more", "bytes each", "failed", "limit", "");
        var threads = Threads();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var streams = Enumerable.Range(0, count).Select(i => new DirectoryWatcher(folder["d" + i]).Watch()).ToList();
        await Task.WhenAll(streams.Select(stream => stream.Ready));
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        var readers = Directory.GetDirectories("/proc/self/task").Count(task => File.ReadAllText(task + "/comm").StartsWith("EventWatcher.Fi", StringComparison.Ordinal));
        var descriptors = Descriptors();
        table.Add("DirectoryWatcher", Figures.Whole(descriptors), $"{readers} reader", Figures.Whole(bytes), "0", "1 and 1", Figures.Verdict(descriptors == 1 && readers == 1));
        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }

        var watchers = new List<FileSystemWatcher>();
        var failed = 0;
        threads = Threads();
        before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
        {
            var watcher = new FileSystemWatcher(folder["d" + i]);
            try
            {
                watcher.EnableRaisingEvents = true;
                watchers.Add(watcher);
            }
            catch (IOException)
            {
                failed++;
                watcher.Dispose();
            }
        }

        bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Math.Max(1, watchers.Count);
        table.Add("FileSystemWatcher", Figures.Whole(Descriptors()), Figures.Whole(Threads() - threads), Figures.Whole(bytes), Figures.Whole(failed), "", "");
        watchers.ForEach(watcher => watcher.Dispose());
        table.Print();
        Report.Add(
            $"{Figures.Whole(count)} watchers of directories",
            $"{descriptors} descriptor, {readers} thread",
            $"`FileSystemWatcher` {Figures.Whole(watchers.Count)} before it fails, a descriptor and a thread each",
            limit: "1 and 1",
            holds: descriptors == 1 && readers == 1);
    }

    private static int Threads() => Directory.GetDirectories("/proc/self/task").Length;

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Count(path => new FileInfo(path).LinkTarget is "anon_inode:inotify");
}

using System.Collections.Concurrent;
using System.Diagnostics;
using EventWatcher.Files;

namespace EventWatcher.Benchmarks;

/// <summary>What is lost and what it costs, beside FileSystemWatcher in the same run.</summary>
internal static class FileLossesCommand
{
    private const string QueueLimit = "/proc/sys/fs/inotify/max_queued_events";

    public static async Task RunAsync(CommandArguments arguments)
    {
        var files = arguments.Number("--files", 20_000);
        arguments.RefuseOthers();

        var table = new Table("made at once, beside each other", "made", "DirectoryWatcher saw", "lost", "CPU ms", "FileSystemWatcher saw", "lost", "CPU ms");
        await CompareAsync(table, "files in one directory", recursive: false, path => MakeFlat(path, files), files);
        await CompareAsync(table, "mkdir a/b with a file at once", recursive: true, path => MakeDeep(path, 300), 300);
        await CompareAsync(table, "then another file, after it all", recursive: false, path => MakeFlat(path, 1), 1);
        var before = ReadLimit();
        if (before is not null)
        {
            try
            {
                await File.WriteAllTextAsync(QueueLimit, "64");
                await CompareAsync(table, "files in one directory, kernel queue of 64", recursive: false, path => MakeFlat(path, files), files);
                await CompareAsync(table, "the same, a handler that takes 100 ms, and a file more after it", recursive: false, path => MakeFlat(path, files, pause: true), files + 1, slow: true);
            }
            catch (UnauthorizedAccessException)
            {
                Console.WriteLine($"{QueueLimit} can't be set here: no overflow is shown.");
            }
            finally
            {
                await File.WriteAllTextAsync(QueueLimit, before);
            }
        }

        table.Print();
    }

    private static string? ReadLimit()
    {
        try
        {
            return File.ReadAllText(QueueLimit);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task CompareAsync(Table table, string what, bool recursive, Action<string> make, int expected, bool slow = false)
    {
        var (ours, ourTime) = await OursAsync(recursive, make, expected, slow);
        var (theirs, theirTime) = await TheirsAsync(recursive, make, expected, slow);
        Report.Add(what, $"{Figures.Whole(ours)} of {Figures.Whole(expected)} seen", $"`FileSystemWatcher` {Figures.Whole(theirs)}", limit: "none lost", holds: ours == expected);
        table.Add(
            what,
            Figures.Whole(expected),
            Figures.Whole(ours),
            Figures.Whole(expected - ours),
            Figures.Whole(ourTime),
            Figures.Whole(theirs),
            Figures.Whole(expected - theirs),
            Figures.Whole(theirTime));
    }

    private static async Task<(int Seen, double Time)> OursAsync(bool recursive, Action<string> make, int expected, bool slow = false)
    {
        using var folder = new BenchmarkFolder();
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var options = new DirectoryWatcherOptions { Path = folder.Path, Recursive = recursive, Capacity = 1_000_000 };
        await using var stream = new DirectoryWatcher(options).Watch();
        await stream.Ready;
        var reading = Task.Run(async () =>
        {
            await foreach (var item in stream.ReadAllAsync())
            {
                if (!item.ActorAttributes.ContainsKey(FileAttributeNames.Directory))
                {
                    Delay(slow, seen.IsEmpty);
                    seen[item.ActorName] = true;
                }
            }
        });
        var processor = Environment.CpuUsage.TotalTime;
        make(folder.Path);
        await SettleAsync(() => seen.Count, expected);
        var time = (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds;
        await stream.DisposeAsync();
        await reading;
        return (seen.Count, time);
    }

    private static async Task<(int Seen, double Time)> TheirsAsync(bool recursive, Action<string> make, int expected, bool slow = false)
    {
        using var folder = new BenchmarkFolder();
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var watcher = new FileSystemWatcher(folder.Path) { IncludeSubdirectories = recursive };
        void See(object sender, FileSystemEventArgs change)
        {
            if (!Directory.Exists(change.FullPath))
            {
                Delay(slow, seen.IsEmpty);
                seen[change.FullPath] = true;
            }
        }

        watcher.Created += See;
        watcher.Changed += See;
        watcher.EnableRaisingEvents = true;
        var processor = Environment.CpuUsage.TotalTime;
        make(folder.Path);
        await SettleAsync(() => seen.Count, expected);
        return (seen.Count, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
    }

    /// <summary>Until all has been seen, or nothing more comes for two seconds.</summary>
    private static async Task SettleAsync(Func<int> count, int expected)
    {
        var last = -1;
        var quiet = Stopwatch.StartNew();
        while (count() < expected && quiet.Elapsed < TimeSpan.FromSeconds(2))
        {
            if (count() != last)
            {
                last = count();
                quiet.Restart();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    private static void Delay(bool slow, bool isFirst)
    {
        if (slow && isFirst)
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(100));
        }
    }

    private static void MakeFlat(string path, int count, bool pause = false)
    {
        for (var i = 0; i < count; i++)
        {
            File.WriteAllText(Path.Combine(path, "file" + i), "1");
        }

        if (pause)
        {
            Thread.Sleep(TimeSpan.FromSeconds(1));
            File.WriteAllText(Path.Combine(path, "after"), "1");
        }
    }

    private static void MakeDeep(string path, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Directory.CreateDirectory(Path.Combine(path, $"n{i}/a/b"));
            File.WriteAllText(Path.Combine(path, $"n{i}/a/b/file"), "1");
        }
    }
}

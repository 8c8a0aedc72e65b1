using System.Diagnostics;
using EventWatcher.Files;

namespace EventWatcher.Benchmarks;

/// <summary>How long a large tree takes to be watched, and what it holds.</summary>
internal static class TreeSetupCommand
{
    private const double WarmLimit = 5;
    private const double ColdLimit = 1.3;
    private const double DirectoryLimit = 120;
    private const double FileLimit = 300;

    public static async Task RunAsync(CommandArguments arguments)
    {
        var directories = arguments.Number("--directories", 110_000);
        var files = arguments.Number("--files", 300_000);
        arguments.RefuseOthers();

        using var folder = new BenchmarkFolder();
        Console.WriteLine($"Making {directories} directories and {files} files...");
        var bytesOfDirectories = await MeasureBytesAsync(folder.Path, () => MakeDirectories(folder.Path, directories));
        var before = bytesOfDirectories.Bytes;
        MakeFiles(folder.Path, directories, files);
        var whole = await MeasureBytesAsync(folder.Path, static () => { });

        var table = new Table("recursive set-up", "s", "limit", "");
        table.Add("warm cache", Figures.Fixed(whole.Seconds, 2), "< " + Figures.Fixed(WarmLimit), Figures.Verdict(whole.Seconds < WarmLimit));
        if (DropCaches())
        {
            var clock = Stopwatch.StartNew();
            using (var find = Process.Start(new ProcessStartInfo("find", [folder.Path]) { RedirectStandardOutput = true, UseShellExecute = false })!)
            {
                _ = await find.StandardOutput.ReadToEndAsync();
                await find.WaitForExitAsync();
            }

            var found = clock.Elapsed.TotalSeconds;
            _ = DropCaches();
            var cold = await MeasureBytesAsync(folder.Path, static () => { });
            table.Add("find, cold cache", Figures.Fixed(found, 2), "", "");
            Report.Add(
                $"first look at {Figures.Whole(directories)} directories with {Figures.Whole(files)} files, cold cache",
                $"{Figures.Fixed(cold.Seconds)} s",
                $"`find` {Figures.Fixed(found)} s",
                Figures.Ratio(cold.Seconds / found),
                $"<= {Figures.Ratio(ColdLimit)}",
                cold.Seconds <= found * ColdLimit);
            table.Add("cold cache", Figures.Fixed(cold.Seconds, 2), $"<= {Figures.Ratio(ColdLimit)} find", Figures.Verdict(cold.Seconds <= found * ColdLimit));
        }

        table.Print();
        var memory = new Table("managed memory", "bytes each", "limit", "");
        var perDirectory = before / directories;
        var perFile = (whole.Bytes - before) / files;
        memory.Add("a directory with its name", Figures.Fixed(perDirectory), "< " + Figures.Whole(DirectoryLimit), Figures.Verdict(perDirectory < DirectoryLimit));
        memory.Add("a file with its name", Figures.Fixed(perFile), "< " + Figures.Whole(FileLimit), Figures.Verdict(perFile < FileLimit));
        memory.Print();
        Report.Add("the same with a warm cache", $"{Figures.Fixed(whole.Seconds)} s", limit: $"< {Figures.Fixed(WarmLimit, 0)} s", holds: whole.Seconds < WarmLimit);
        Report.Add(
            "memory of a watched directory, of a watched file",
            $"{Figures.Whole(perDirectory)} B, {Figures.Whole(perFile)} B",
            limit: $"< {Figures.Whole(DirectoryLimit)} B, < {Figures.Whole(FileLimit)} B",
            holds: perDirectory < DirectoryLimit && perFile < FileLimit);
    }

    private static async Task<(double Bytes, double Seconds)> MeasureBytesAsync(string path, Action make)
    {
        make();

        // Once with nothing in it, so that what is made once is not laid on the tree.
        using (var empty = new BenchmarkFolder())
        {
            await using var first = new DirectoryWatcher(empty.Path, recursive: true).Watch();
            await first.Ready;
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        await using var stream = new DirectoryWatcher(path, recursive: true).Watch();
        await stream.Ready;
        var seconds = clock.Elapsed.TotalSeconds;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        if (stream.Errors.TryRead(out var error))
        {
            Console.WriteLine(error.Message);
        }

        return (bytes, seconds);
    }

    private static string Name(int directory) => $"d{directory / 1_000:d3}/e{directory / 10 % 100:d2}/name{directory % 10}";

    private static void MakeDirectories(string path, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Directory.CreateDirectory(Path.Combine(path, Name(i)));
        }
    }

    private static void MakeFiles(string path, int directories, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var file = File.OpenHandle(Path.Combine(path, Name(i % directories), $"file{i}"), FileMode.Create, FileAccess.Write);
        }
    }

    private static bool DropCaches()
    {
        try
        {
            using (var sync = Process.Start("sync"))
            {
                sync.WaitForExit();
            }

            File.WriteAllText("/proc/sys/vm/drop_caches", "3");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.WriteLine("No cold cache: " + exception.Message);
            return false;
        }
    }
}

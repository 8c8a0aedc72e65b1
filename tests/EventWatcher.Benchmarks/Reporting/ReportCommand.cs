using System.Diagnostics;

namespace EventWatcher.Benchmarks;

/// <summary>Runs every command, each in a process of its own, and writes the table of the README.</summary>
internal static class ReportCommand
{
    public const string Name = "--report";

    public const string Help = """
          --report [--only NAME,NAME] [--readme FILE]
              runs the commands above one after the other (about half an hour) and writes the table of the README
        """;

    private const string Begin = "<!-- measured: written by the benchmarks' --report -->";
    private const string End = "<!-- measured: end -->";

    public static async Task<int> RunAsync(string[] options)
    {
        var arguments = new CommandArguments(options);
        var only = arguments.Text("--only")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var readme = arguments.Text("--readme") ?? FindReadme();
        arguments.RefuseOthers();
        if (only?.FirstOrDefault(static name => Commands.Find(name) is null) is { } unknown)
        {
            throw new UsageException($"There is no command \"{unknown}\".");
        }

        var text = await File.ReadAllTextAsync(readme);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from)
        {
            throw new UsageException($"{readme} has no place for the table: the lines \"{Begin}\" and \"{End}\".");
        }

        var lines = new List<ReportLine>();
        var failed = new List<string>();
        foreach (var command in Commands.Reported.Where(command => only is null || only.Contains(command.Name, StringComparer.Ordinal)))
        {
            Console.WriteLine($"== {command.Name}\n");
            if (!await MeasureAsync(command.Name, lines))
            {
                failed.Add(command.Name);
            }
        }

        var table = NewTable(lines);
        Console.WriteLine(table);
        await File.WriteAllTextAsync(readme, text[..(from + Begin.Length)] + "\n" + table + text[to..]);
        if (failed.Count > 0)
        {
            await Console.Error.WriteLineAsync($"Failed and not in the table: {string.Join(", ", failed)}.");
        }

        return failed.Count > 0 ? 1 : 0;
    }

    private static async Task<bool> MeasureAsync(string command, List<ReportLine> lines)
    {
        var file = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [command])
            {
                UseShellExecute = false,
                Environment = { [Report.FileVariable] = file },
            }) ?? throw new BenchmarkException($"The process of {command} could not be started.");
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                return false;
            }

            lines.AddRange(Report.Read(file).Select(line => line with { Command = command }));
            return true;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string NewTable(List<ReportLine> lines)
    {
        var rows = lines.Select(static line =>
            $"| {line.Work} | {line.Here} | {line.Peers} | {line.Ratio} | {line.Limit}{Verdict(line)} | `{line.Command}` |");
        return $"""

            {Machine.Describe()}.

            | work | here | peers, in the same run | ratio | limit | command |
            |---|---|---|---|---|---|
            {string.Join('\n', rows)}


            """;
    }

    private static string Verdict(ReportLine line) => line.Holds is false ? ": **falls short**" : "";

    private static string FindReadme()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "EventWatcher.sln")))
            {
                return Path.Combine(folder, "README.md");
            }
        }

        throw new UsageException("The repository's README was not found above the program; name it with --readme.");
    }
}

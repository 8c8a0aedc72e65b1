using System.Globalization;
using EventWatcher;

namespace Watch;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: dotnet run --project samples/Watch -- [DIRECTORY...] [--config FILE]... [--recursive]
               [--docker ENDPOINT|off] [--flush 1s] [--max-batch 1000] [--json]

          DIRECTORY           a directory to watch; any number
          --config FILE       a file whose content matters; any number
          --recursive         the directories below each DIRECTORY too
          --docker ENDPOINT   unix:///path, tcp://host:port, https://host:port; the local engine by default; off for none, which is
                              the default where anything else is watched
          --flush DURATION    longest time from an event to its batch: 250ms, 1s, 1m (default 1s)
          --max-batch N       most events in a batch (default 1000)
          --json              one JSON object a line; "batch" is the number of the batch, from 1
        """;

    /// <summary>Gets the endpoint: empty for the usual one, null for none.</summary>
    public string? Docker { get; private init; } = "";

    public IReadOnlyList<string> Directories { get; private init; } = [];

    public IReadOnlyList<string> ConfigFiles { get; private init; } = [];

    public bool Recursive { get; private init; }

    public TimeSpan Flush { get; private init; } = TimeSpan.FromSeconds(1);

    public int MaxBatch { get; private init; } = 1_000;

    public bool Json { get; private init; }

    public bool WantsHelp { get; private init; }

    public static bool TryParse(string[] args, out Arguments arguments, out string problem)
    {
        arguments = new Arguments();
        problem = "";
        var saysDocker = false;
        for (var i = 0; i < args.Length && problem.Length == 0; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--json":
                    arguments = arguments with { Json = true };
                    continue;
                case "--recursive":
                    arguments = arguments with { Recursive = true };
                    continue;
                case { Length: > 0 } directory when directory[0] != '-':
                    arguments = arguments with { Directories = [.. arguments.Directories, directory] };
                    continue;
                case "--config" when value.Length > 0:
                    arguments = arguments with { ConfigFiles = [.. arguments.ConfigFiles, value] };
                    break;
                case "--config":
                    problem = "--config needs a file.";
                    break;
                case "--help" or "-h":
                    arguments = arguments with { WantsHelp = true };
                    problem = "Watches containers, directories and files and prints what happens to them.";
                    continue;
                case "--docker" when value.Length > 0:
                    saysDocker = true;
                    arguments = arguments with { Docker = value is "off" ? null : value };
                    break;
                case "--flush" when DurationParser.TryParse(value, allowInfinite: false, out var flush) && flush > TimeSpan.Zero && flush <= TimeSpan.FromDays(1):
                    arguments = arguments with { Flush = flush };
                    break;
                case "--max-batch" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var batch) && batch > 0:
                    arguments = arguments with { MaxBatch = batch };
                    break;
                case "--docker":
                    problem = "--docker needs an endpoint, or off.";
                    break;
                case "--flush":
                    problem = $"--flush is \"{value}\"; allowed: a duration such as 250ms, 1s or 1m, longer than zero, at most 24h.";
                    break;
                case "--max-batch":
                    problem = $"--max-batch is \"{value}\"; allowed: a whole number, 1 or more.";
                    break;
                default:
                    problem = $"\"{args[i]}\" is not an argument.";
                    break;
            }

            i++;
        }

        var watchesFiles = arguments.Directories.Count + arguments.ConfigFiles.Count > 0;
        if (watchesFiles && !saysDocker)
        {
            arguments = arguments with { Docker = null };
        }

        if (problem.Length == 0 && arguments.Docker is null && !watchesFiles)
        {
            problem = "With --docker off there is nothing to watch.";
        }

        return problem.Length == 0;
    }
}

using System.Globalization;
using EventWatcher;

namespace Watch;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: dotnet run --project samples/Watch -- [DIRECTORY...] [--config FILE]... [--recursive]
               [--docker ENDPOINT|off] [--proxmox ENDPOINT --proxmox-token-file FILE [--proxmox-fingerprint AA:BB:…]]
               [--flush 1s] [--max-batch 1000] [--json]

          DIRECTORY           a directory to watch; any number
          --config FILE       a file whose content matters; any number
          --recursive         the directories below each DIRECTORY too
          --docker ENDPOINT   unix:///path, tcp://host:port, https://host:port; the local engine by default; off for none, which is
                              the default where anything else is watched
          --proxmox ENDPOINT  https://host:8006, a node of a Proxmox VE cluster
          --proxmox-token-file FILE
                              a file with an API token: user@realm!id=secret; without it the environment's (PROXMOX_VE_API_TOKEN)
          --proxmox-fingerprint AA:BB:…
                              the SHA-256 fingerprint of its certificate, as "pvenode cert info" shows it; without it the
                              certificate is to be one that this machine trusts
          --flush DURATION    longest time from an event to its batch: 250ms, 1s, 1m (default 1s)
          --max-batch N       most events in a batch (default 1000)
          --json              one JSON object a line; "batch" is the number of the batch, from 1
        """;

    /// <summary>Gets the endpoint: empty for the usual one, null for none.</summary>
    public string? Docker { get; private init; } = "";

    /// <summary>Gets the Proxmox VE cluster; null for none.</summary>
    public string? Proxmox { get; private init; }

    public string? ProxmoxTokenFile { get; private init; }

    public string? ProxmoxFingerprint { get; private init; }

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
                case "--proxmox" when value.Length > 0:
                    arguments = arguments with { Proxmox = value };
                    break;
                case "--proxmox-token-file" when value.Length > 0:
                    arguments = arguments with { ProxmoxTokenFile = value };
                    break;
                case "--proxmox-fingerprint" when value.Length > 0:
                    arguments = arguments with { ProxmoxFingerprint = value };
                    break;
                case "--proxmox":
                    problem = "--proxmox needs an endpoint, such as https://host:8006.";
                    break;
                case "--proxmox-token-file" or "--proxmox-fingerprint":
                    problem = $"{args[i]} needs a value.";
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

        var watchesElse = arguments.Directories.Count + arguments.ConfigFiles.Count > 0 || arguments.Proxmox is not null;
        if (watchesElse && !saysDocker)
        {
            arguments = arguments with { Docker = null };
        }

        if (problem.Length == 0 && arguments.Proxmox is null && (arguments.ProxmoxTokenFile ?? arguments.ProxmoxFingerprint) is not null)
        {
            problem = "--proxmox-token-file and --proxmox-fingerprint need --proxmox beside them.";
        }

        if (problem.Length == 0 && arguments.Docker is null && !watchesElse)
        {
            problem = "With --docker off there is nothing to watch.";
        }

        return problem.Length == 0;
    }
}

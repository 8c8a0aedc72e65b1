using System.Globalization;

namespace DurableHandlers;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: dotnet run --project samples/DurableHandlers -- COMMAND DIR [OPTIONS]

        DIR is the directory of the log. It is made where it is missing.

          watch DIR [--folder FOLDER]... [--docker ENDPOINT|off]
                           puts the events of FOLDERs and of a Docker engine (the local one where no FOLDER is given) into
                           the log, and handles them from there, going on after a restart with what was not handled
          produce DIR [--writers N] [--count N] [--size BYTES]
                           appends COUNT events (1000) of SIZE bytes (256) by N writers (1) at once, and prints
                           "ack SEQUENCE ID" for each that is on the disk; a count of 0 goes on until it is stopped
          dump DIR         prints "SEQUENCE ID" of every event; changes nothing
          handle DIR --id NAME [--every N] [--once]
                           handles what NAME has not handled yet, then what comes, and prints "handled SEQUENCE ID";
                           the checkpoint is set every N events (100), every second, and on stop; --once ends at the log's end
          inspect DIR      prints segments, range, horizon, checkpoints, lag and damage; changes nothing
        """;

    private static readonly string[] Commands = ["watch", "produce", "dump", "handle", "inspect"];

    public string Command { get; private init; } = "";

    public string Directory { get; private init; } = "";

    public IReadOnlyList<string> Folders { get; private init; } = [];

    /// <summary>Gets the endpoint: empty for the usual one, null for none.</summary>
    public string? Docker { get; private init; } = "";

    public int Writers { get; private init; } = 1;

    public long Count { get; private init; } = 1_000;

    public int Size { get; private init; } = 256;

    public string Id { get; private init; } = "";

    public int Every { get; private init; } = 100;

    public bool Once { get; private init; }

    public static bool TryParse(string[] args, out Arguments arguments, out string problem)
    {
        arguments = new Arguments();
        problem = "";
        if (args is [] or ["--help" or "-h" or "help", ..])
        {
            arguments = arguments with { Command = "help" };
            problem = "Keeps events in a log on disk, and handles them from there.";
            return false;
        }

        arguments = arguments with { Command = args[0], Directory = args.Length > 1 ? args[1] : "" };
        if (!Commands.Contains(args[0], StringComparer.Ordinal))
        {
            problem = $"\"{args[0]}\" is not a command.";
        }
        else if (arguments.Directory.Length == 0 || arguments.Directory[0] == '-')
        {
            problem = $"{args[0]} needs the directory of the log.";
        }

        var saysDocker = false;
        for (var i = 2; i < args.Length && problem.Length == 0; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch ((arguments.Command, args[i]))
            {
                case ("handle", "--once"):
                    arguments = arguments with { Once = true };
                    continue;
                case ("watch", "--folder") when value.Length > 0:
                    arguments = arguments with { Folders = [.. arguments.Folders, value] };
                    break;
                case ("watch", "--docker") when value.Length > 0:
                    saysDocker = true;
                    arguments = arguments with { Docker = value is "off" ? null : value };
                    break;
                case ("produce", "--writers") when IsNumber(value, 1, 10_000, out var writers):
                    arguments = arguments with { Writers = (int)writers };
                    break;
                case ("produce", "--count") when IsNumber(value, 0, long.MaxValue, out var count):
                    arguments = arguments with { Count = count };
                    break;
                case ("produce", "--size") when IsNumber(value, ProducedEvent.LeastBytes, 16 * 1024 * 1024, out var size):
                    arguments = arguments with { Size = (int)size };
                    break;
                case ("handle", "--id") when value.Length > 0:
                    arguments = arguments with { Id = value };
                    break;
                case ("handle", "--every") when IsNumber(value, 1, 1_000_000, out var every):
                    arguments = arguments with { Every = (int)every };
                    break;
                default:
                    problem = $"\"{args[i]}\" with \"{value}\" is nothing that {arguments.Command} takes.";
                    break;
            }

            i++;
        }

        if (arguments.Folders.Count > 0 && !saysDocker)
        {
            arguments = arguments with { Docker = null };
        }

        if (problem.Length == 0 && arguments is { Command: "watch", Docker: null, Folders.Count: 0 })
        {
            problem = "With --docker off there is nothing to watch.";
        }

        if (problem.Length == 0 && arguments is { Command: "handle", Id.Length: 0 })
        {
            problem = "handle needs --id NAME, the name of its checkpoint.";
        }

        return problem.Length == 0;
    }

    private static bool IsNumber(string text, long least, long most, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
}

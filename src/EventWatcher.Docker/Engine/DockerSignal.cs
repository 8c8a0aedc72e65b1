using System.Globalization;

namespace EventWatcher.Docker;

/// <summary>Reads the names of signals: <c>SIGTERM</c>, <c>TERM</c>, <c>term</c> and <c>15</c> are one.</summary>
internal static class DockerSignal
{
    internal const string Kill = "SIGKILL";
    internal const string Terminate = "SIGTERM";

    private const int RealTimeMin = 34;
    private const int RealTimeMax = 64;

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>Returns the signal's one name, as in <c>SIGTERM</c>.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="parameter">The parameter it was given as.</param>
    /// <exception cref="ArgumentException">There is no such signal.</exception>
    internal static string Normalize(string signal, string parameter = "signal") => TryNormalize(signal) ?? throw new ArgumentException(
        $"\"{signal}\" is no signal; allowed are names with or without SIG, as in SIGTERM, TERM and RTMIN+1, and numbers from 1 to {RealTimeMax}.", parameter);

    /// <summary>Returns the signal's one name; null where there is no such signal.</summary>
    internal static string? TryNormalize(string? signal)
    {
        if (int.TryParse(signal, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number switch
            {
                0 => null,
                _ when number < Names.Length => "SIG" + Names[number],
                >= RealTimeMin and <= RealTimeMax => RealTime(number),
                _ => null,
            };
        }

        var name = (signal ?? "").ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        name = name switch
        {
            "CLD" => "CHLD",
            "POLL" => "IO",
            "IOT" => "ABRT",
            _ => name,
        };
        if (name.StartsWith("RT", StringComparison.Ordinal))
        {
            return RealTimeNumber(name) is { } realTime ? RealTime(realTime) : null;
        }

        return name.Length > 0 && Names.AsSpan().Contains(name) ? "SIG" + name : null;
    }

    private static int? RealTimeNumber(string name)
    {
        var (start, sign) = name.StartsWith("RTMIN", StringComparison.Ordinal) ? (RealTimeMin, '+')
            : name.StartsWith("RTMAX", StringComparison.Ordinal) ? (RealTimeMax, '-')
            : (0, ' ');
        if (start == 0 || name.Length == 5)
        {
            return start == 0 ? null : start;
        }

        return name[5] == sign && int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var distance)
            && distance is > 0 and <= RealTimeMax - RealTimeMin
            ? start + (sign == '+' ? distance : -distance)
            : null;
    }

    // The engine's own words: it knows RTMIN to RTMIN+15 and RTMAX-14 to RTMAX.
    private static string RealTime(int number) => number switch
    {
        RealTimeMin => "SIGRTMIN",
        RealTimeMax => "SIGRTMAX",
        <= RealTimeMin + 15 => string.Create(CultureInfo.InvariantCulture, $"SIGRTMIN+{number - RealTimeMin}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"SIGRTMAX-{RealTimeMax - number}"),
    };
}

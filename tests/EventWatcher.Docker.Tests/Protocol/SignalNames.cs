using System.Globalization;

namespace EventWatcher.Docker.Tests;

/// <summary>Signal names as the engine's API takes them: SIGTERM, TERM or 15.</summary>
internal static class SignalNames
{
    public const int Kill = 9;
    public const int Term = 15;

    private static readonly Dictionary<string, int> Numbers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["KILL"] = Kill,
        ["USR1"] = 10,
        ["USR2"] = 12,
        ["TERM"] = Term,
        ["CHLD"] = 17,
        ["CONT"] = 18,
        ["URG"] = 23,
        ["WINCH"] = 28,
    };

    public static int Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65)
        {
            return number;
        }

        return Numbers.TryGetValue(text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text, out var known)
            ? known
            : throw EngineError.Invalid($"invalid signal: {text}");
    }

    /// <summary>Whether a process that handles nothing dies of it.</summary>
    public static bool Ends(int signal) => signal is not (17 or 18 or 23 or 28);
}

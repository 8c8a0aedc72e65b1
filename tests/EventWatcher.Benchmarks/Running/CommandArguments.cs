using System.Globalization;

namespace EventWatcher.Benchmarks;

/// <summary>The options of one command, as <c>--name value</c>.</summary>
internal sealed class CommandArguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public CommandArguments(string[] args)
    {
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
            {
                throw new UsageException($"\"{args[i]}\" is no option with a value; options are --name value.");
            }

            _values[args[i]] = args[i + 1];
        }
    }

    public string? Text(string name)
    {
        _ = _asked.Add(name);
        return _values.GetValueOrDefault(name);
    }

    public int Number(string name, int usually)
    {
        if (Text(name) is not { } text)
        {
            return usually;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new UsageException($"{name} is \"{text}\"; allowed: a number from 1.");
    }

    /// <summary>Refuses what no one asked for, so that a slip in a name is not a run with the default.</summary>
    public void RefuseOthers()
    {
        if (_values.Keys.FirstOrDefault(name => !_asked.Contains(name)) is { } other)
        {
            throw new UsageException($"There is no option {other} here.");
        }
    }
}

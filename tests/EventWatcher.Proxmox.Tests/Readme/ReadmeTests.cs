using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace EventWatcher.Proxmox.Tests;

/// <summary>What the README shows compiles, and what it says of options is true.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Examples_are_compiled_code()
    {
        var text = Read("src/EventWatcher.Proxmox/README.md");
        var examples = Example().Matches(text);

        Assert.Equal(Regex.Count(text, "^```csharp$", RegexOptions.Multiline, TimeSpan.FromSeconds(5)), examples.Count);
        Assert.Equal(2, examples.Count);
        Assert.All(examples, static example => Assert.Equal(Snippet(example.Groups["name"].Value), example.Groups["code"].Value));
    }

    [Fact]
    public void Table_has_every_option_with_its_default()
    {
        var options = new ProxmoxWatcherOptions();
        var rows = Row().Matches(Read("src/EventWatcher.Proxmox/README.md"))
            .SelectMany(static row => row.Groups["names"].Value.Split(", ").Select(name => (Name: name.Trim('`'), Default: row.Groups["default"].Value)))
            .ToDictionary(static row => row.Name, static row => row.Default, StringComparer.Ordinal);

        Assert.Equal(typeof(ProxmoxWatcherOptions).GetProperties().Select(static property => property.Name).Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        foreach (var property in typeof(ProxmoxWatcherOptions).GetProperties())
        {
            if (Words(property.GetValue(options)) is { } words)
            {
                Assert.Equal(words, rows[property.Name]);
            }
        }
    }

    [Fact]
    public void Metrics_are_those_that_there_are()
    {
        var text = Read("src/EventWatcher.Proxmox/README.md");
        var source = Read("src/EventWatcher.Proxmox/Telemetry/ProxmoxTelemetry.cs");

        Assert.All(
            Regex.Matches(source, "\"eventwatcher\\.proxmox(?<name>\\.[a-z_.]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)),
            name => Assert.Contains(name.Groups["name"].Value + "`", text, StringComparison.Ordinal));
    }

    private static string? Words(object? value) => value switch
    {
        TimeSpan { TotalSeconds: < 60 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes} min"),
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => null,
    };

    private static string Snippet(string name)
    {
        var lines = Read("tests/EventWatcher.Proxmox.Tests/Readme/Snippets.cs").Split('\n')
            .SkipWhile(line => line.Trim() != $"// snippet: {name}")
            .Skip(1)
            .TakeWhile(static line => line.Trim() != "// end")
            .ToList();
        Assert.NotEmpty(lines);
        var indentation = lines[0].Length - lines[0].TrimStart().Length;
        return string.Concat(lines.Select(line => (line.Length > indentation ? line[indentation..] : line.TrimStart()) + "\n"));
    }

    private static string Read(string path, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../..", path))).ReplaceLineEndings("\n");

    [GeneratedRegex(@"<!-- snippet: (?<name>[\w-]+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Example();

    [GeneratedRegex(@"^\| (?<names>`[A-Z]\w+`(, `[A-Z]\w+`)*) \| (?<default>[^|]+) \| [^|]+ \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();
}

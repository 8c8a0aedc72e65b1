using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using EventWatcher.Docker;
using EventWatcher.Files;

namespace EventWatcher.IntegrationTests;

/// <summary>What the READMEs show compiles, what they link is there, what they say of options is true.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Readmes =>
        ["README.md", "src/EventWatcher.Core/README.md", "src/EventWatcher.Docker/README.md", "src/EventWatcher.Files/README.md", "src/EventWatcher.Idle/README.md",
            "src/EventWatcher.Idle.AspNetCore/README.md", "src/EventWatcher.TestKit/README.md"];

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Examples_are_compiled_code(string readme)
    {
        var text = Read(readme);
        var examples = Example().Matches(text);

        Assert.NotEmpty(examples);
        Assert.Equal(Regex.Count(text, "^```csharp$", RegexOptions.Multiline, TimeSpan.FromSeconds(5)), examples.Count);
        foreach (Match example in examples)
        {
            Assert.Equal(Snippet(example.Groups["name"].Value), example.Groups["code"].Value);
        }
    }

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Links_and_paths_lead_somewhere(string readme)
    {
        var text = Read(readme);
        var folder = Path.GetDirectoryName(Path.Combine(Root(), readme))!;

        Assert.All(Link().Matches(text), link => Assert.True(Path.Exists(Path.Combine(folder, link.Groups["to"].Value)), link.Value));
        Assert.All(RepositoryPath().Matches(text), path => Assert.True(Path.Exists(Path.Combine(Root(), path.Value)), path.Value));
    }

    [Theory]
    [InlineData("src/EventWatcher.Core/README.md", typeof(EventQueueOptions))]
    [InlineData("src/EventWatcher.Docker/README.md", typeof(DockerWatcherOptions))]
    [InlineData("src/EventWatcher.Idle.AspNetCore/README.md", typeof(EventWatcher.Idle.AspNetCore.IdleHttpOptions))]
    [InlineData("src/EventWatcher.Files/README.md", typeof(DirectoryWatcherOptions))]
    public void Table_has_every_option_with_its_default(string readme, Type type)
    {
        var options = Activator.CreateInstance(type)!;
        var rows = Row().Matches(Read(readme)).SelectMany(static row =>
        {
            var names = row.Groups["names"].Value.Split(", ");
            var defaults = row.Groups["default"].Value.Split(", ");
            return names.Select((name, i) => (Name: name.Trim('`'), Default: defaults.Length == names.Length ? defaults[i] : defaults[0]));
        }).ToDictionary(static row => row.Name, static row => row.Default, StringComparer.Ordinal);

        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            Assert.True(rows.TryGetValue(property.Name, out var said), $"{property.Name} is missing.");
            if (Words(property.GetValue(options)) is { } words)
            {
                Assert.True(said == words || said.StartsWith(words + ";", StringComparison.Ordinal), $"{property.Name} is {words}, not {said}.");
            }
        }

        Assert.All(rows.Keys, name => Assert.NotNull(type.GetProperty(name)));
    }

    private static string? Words(object? value) => value switch
    {
        TimeSpan { Ticks: 0 } => "zero",
        TimeSpan { TotalSeconds: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds} ms"),
        TimeSpan { TotalSeconds: < 60 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes} min"),
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        "" => null,
        Enum or string => $"`{value}`",
        _ => null,
    };

    /// <summary>The compiled code of that name, without its indentation.</summary>
    private static string Snippet(string name)
    {
        var lines = string.Concat(Directory.EnumerateFiles(Path.Combine(Root(), "tests/EventWatcher.IntegrationTests/Readme"), "*Snippets.cs").Select(Read))
            .Split('\n')
            .SkipWhile(line => line.Trim() != $"// snippet: {name}")
            .Skip(1)
            .TakeWhile(static line => line.Trim() != "// end")
            .ToList();
        Assert.True(lines.Count > 0, $"No compiled code is called {name}.");
        var indentation = lines[0].Length - lines[0].TrimStart().Length;
        return string.Concat(lines.Select(line => (line.Length > indentation ? line[indentation..] : line.TrimStart()) + "\n"));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root(), path)).ReplaceLineEndings("\n");

    /// <summary>Where the project is.</summary>
    internal static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex(@"<!-- snippet: (?<name>[\w-]+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Example();

    [GeneratedRegex(@"\]\((?<to>(?!https?:)[^)#]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(samples|src|tests)/\w+(\.\w+)*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"^\| (?<names>`[A-Z]\w+`(, `[A-Z]\w+`)*) \| (?<default>[^|]+) \| [^|]+ \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();
}

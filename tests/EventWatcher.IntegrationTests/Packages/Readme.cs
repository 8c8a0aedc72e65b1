using System.Text.RegularExpressions;

namespace EventWatcher.IntegrationTests.Packages;

/// <summary>What the READMEs show, as somebody copies it from there.</summary>
internal static class Readme
{
    /// <summary>Gets the example of that name.</summary>
    public static string Example(string readme, string name)
    {
        var text = File.ReadAllText(Path.Combine(LocalFeed.Root(), readme)).ReplaceLineEndings("\n");
        var example = Regex.Match(
            text,
            $"<!-- snippet: {Regex.Escape(name)} -->\n```csharp\n(?<code>.*?)```",
            RegexOptions.Singleline | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(5));
        Assert.True(example.Success, $"{readme} has no example called {name}.");
        return example.Groups["code"].Value;
    }
}

using System.Runtime.CompilerServices;

namespace EventWatcher.IntegrationTests;

/// <summary>What the package's README tells its users to write, with the ports of a test in the place of the usual ones.</summary>
internal static class ReadmeConfiguration
{
    public const string Host = "app.example.org";

    public static string Of(string proxy, int gateway, int application) => Block(proxy)
        .Replace("127.0.0.1:8080", $"127.0.0.1:{gateway}", StringComparison.Ordinal)
        .Replace("127.0.0.1:9001", $"127.0.0.1:{application}", StringComparison.Ordinal);

    private static string Block(string proxy)
    {
        var text = File.ReadAllText(Path.Combine(Root(), "src/EventWatcher.Idle.AspNetCore/README.md")).ReplaceLineEndings("\n");
        var begin = $"<!-- configuration: {proxy} -->\n```{proxy}\n";
        var at = text.IndexOf(begin, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The README has no configuration for {proxy}.");
        var block = text[(at + begin.Length)..];
        return block[..block.IndexOf("```", StringComparison.Ordinal)];
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../.."));
}
